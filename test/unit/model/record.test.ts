import { expect, test } from 'vitest';
import { decidesAddress, isManagedType } from '../../../src/model/record.ts';

test.each([
  { type: 'A', decides: true, managed: true },
  { type: 'AAAA', decides: true, managed: true },
  { type: 'CNAME', decides: true, managed: true },
  { type: 'ANAME', decides: true, managed: false },
  { type: 'APP', decides: true, managed: false },
  { type: 'FWD', decides: true, managed: false },
  { type: 'TXT', decides: false, managed: false },
  { type: 'MX', decides: false, managed: false },
  { type: 'NS', decides: false, managed: false },
  { type: 'SOA', decides: false, managed: false },
  { type: 'a', decides: false, managed: false },
])('$type decides the address: $decides, is written: $managed', ({ type, decides, managed }) => {
  expect(decidesAddress(type)).toBe(decides);
  expect(isManagedType(type)).toBe(managed);
});
