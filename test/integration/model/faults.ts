import type { Draw } from '../../support/draw.ts';
import { isBack, type Stage } from './stage.ts';
import type { Step, StepKind } from './step.ts';

const CHANGES = ['add', 'update', 'delete'].map((name) => `/api/zones/records/${name}`) as [string, ...string[]];

const ofTechnitium: StepKind = (draw, stage) => {
  const { technitium } = stage;
  const times = draw.number(1, 4);
  const scope = draw.once(2) ? { times } : { times, path: draw.oneOf(CHANGES) };
  const [text, ruin] = draw.oneOf<readonly [string, () => void]>([
    ['resets connections after it acted', () => technitium.reset('after', scope)],
    ['resets connections before it acts', () => technitium.reset('before', scope)],
    ['breaks off in the middle of answers', () => technitium.halfAnswer(scope)],
    ['answers HTML', () => technitium.html(scope)],
    ['answers 500', () => technitium.answerWith({ status: 500, type: 'text/plain', body: 'no' }, scope)],
    ['refuses', () => technitium.errorText('Something about this record.', scope)],
    ['is slow', () => technitium.latency(150)],
  ]);
  const play = (): Promise<void> => {
    stage.isFaulty = true;
    ruin();
    return Promise.resolve();
  };
  return { text: `Technitium ${text} ${JSON.stringify(scope)}`, play };
};

/** Whatever it had not on disk is lost; what people wrote at the console is. */
const kills: StepKind = (_draw, stage) => ({
  text: 'Technitium is killed',
  play: async () => {
    await stage.ledger.byHand('', () => stage.technitium.kill());
    stage.ledger.forgot();
    for (const party of stage.parties) party.mayInfer = true;
  },
});

const ofApiServer: StepKind = (draw, _stage, party) => {
  const { api } = party;
  const status = draw.oneOf([409, 429, 500, 503]);
  const [text, ruin] = draw.oneOf<readonly [string, () => unknown]>([
    ['ends its watches', () => api.closeWatches()],
    ['forgets what was (410)', () => api.expireWatches()],
    [`answers ${status} to writes`, () => api.faults.failNext(draw.number(1, 6), status, { path: /fieldManager/ })],
    ['restarts', () => api.restart().then(() => isBack(party))],
    [
      'lists no sources',
      () => {
        for (const plural of ['ingresses', 'ingressroutes', 'services']) api.faults.emptyListing(plural);
        party.isVanished = true;
        api.expireWatches();
      },
    ],
  ]);
  const play = async (): Promise<void> => {
    party.mayInfer = true;
    await ruin();
  };
  return { text: `the API server ${text}`, play };
};

const ends: StepKind = (draw, stage, party) => {
  const how = draw.oneOf(['asked', 'killed'] as const);
  const isBack = draw.once(2);
  if (party.operator === undefined) return undefined;
  const play = async (): Promise<void> => {
    await stage.stop(party, how);
    if (isBack) await stage.start(party);
  };
  return { text: `the operator is ${how === 'asked' ? 'stopped' : 'killed'}${isBack ? ' and started' : ''}`, play };
};

/** What goes wrong, each as often as it says. */
export const FAULTS: readonly (readonly [number, StepKind])[] = [
  [5, ofTechnitium],
  [2, kills],
  [3, ofApiServer],
  [3, ends],
];

/** Some time passes, told by how often the zone was looked at. */
export const waits = (draw: Draw, stage: Stage): Step => {
  const looks = draw.number(1, 15);
  return { text: `${looks} looks later`, play: () => stage.watch(looks) };
};
