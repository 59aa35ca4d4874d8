import { expect, test } from 'vitest';
import { courseAfter, isWrittenTo, NO_COURSE, type SerialLook } from '../../../../src/plan/zone/course.ts';

const HOUR = 3_600_000;

/** Looks a second apart, each at a server with this serial beside a primary of 100. */
const TABLE: {
  name: string;
  looks: readonly Partial<SerialLook>[];
  ahead: number | undefined;
  isWrittenTo: boolean;
}[] = [
  { name: 'level', looks: [{ serial: 100 }], ahead: undefined, isWrittenTo: false },
  { name: 'behind', looks: [{ serial: 90 }], ahead: undefined, isWrittenTo: false },
  {
    name: 'ahead of a primary that was not read since',
    looks: [{ serial: 110, isSure: false }],
    ahead: undefined,
    isWrittenTo: false,
  },
  {
    name: 'surely ahead when it is first seen: it may have been so long since',
    looks: [{ serial: 110 }],
    ahead: 110,
    isWrittenTo: false,
  },
  {
    name: 'went ahead once, which the primary may have forgotten',
    looks: [{ serial: 100 }, { serial: 110 }],
    ahead: 110,
    isWrittenTo: false,
  },
  {
    name: 'went ahead and stays',
    looks: [{ serial: 100 }, { serial: 110 }, { serial: 110 }],
    ahead: 110,
    isWrittenTo: false,
  },
  {
    name: 'went ahead and further',
    looks: [{ serial: 100 }, { serial: 110 }, { serial: 111 }],
    ahead: 111,
    isWrittenTo: true,
  },
  {
    name: 'went ahead twice, the primary passing it in between',
    looks: [{ serial: 100 }, { serial: 110 }, { serial: 110, primary: 111 }, { serial: 120, primary: 111 }],
    ahead: 120,
    isWrittenTo: true,
  },
  {
    name: 'left ahead twice by a primary that went back twice',
    looks: [
      { serial: 100 },
      { serial: 110, steppedBackAt: 1_500, lastLookAt: 1_000 },
      { serial: 111, primary: 111 },
      { serial: 111, steppedBackAt: 3_500, lastLookAt: 3_000 },
    ],
    ahead: 111,
    isWrittenTo: false,
  },
  {
    name: 'went ahead twice, more than an hour apart',
    looks: [
      { serial: 100 },
      { serial: 110 },
      { serial: 110, primary: 111 },
      { serial: 120, primary: 111, now: 2 * HOUR },
    ],
    ahead: 120,
    isWrittenTo: false,
  },
];

test.each(TABLE)('a server that $name', ({ looks, ahead, isWrittenTo: want }) => {
  let course = NO_COURSE;
  for (const [index, look] of looks.entries()) {
    const usual = { serial: 100, primary: 100, isSure: true, steppedBackAt: undefined, lastLookAt: index * 1_000 };
    course = courseAfter(course, { ...usual, now: (index + 1) * 1_000, ...look });
  }
  expect({ ahead: course.aheadAt, isWrittenTo: isWrittenTo(course) }).toEqual({ ahead, isWrittenTo: want });
});
