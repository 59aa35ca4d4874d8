import { describe } from 'vitest';
import { describeClient } from '../integration/technitium/client-contract.ts';
import { logIn } from '../integration/technitium/server-under-test.ts';
import { hasEngine, imagesInUse } from './engine.ts';
import { startTechnitium } from './technitium-container.ts';

const { technitium: image } = imagesInUse();

describe.skipIf(!(await hasEngine('the client and a Technitium in a container')))('a container', () => {
  describeClient([
    {
      name: image,
      start: async () => {
        const container = await startTechnitium(image);
        return { ...(await logIn(container)), [Symbol.asyncDispose]: () => container[Symbol.asyncDispose]() };
      },
    },
  ]);
});
