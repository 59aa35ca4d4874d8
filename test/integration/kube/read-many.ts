import { PATHS } from '../../../src/kube/paths.ts';
import { connectTo } from './connect-to.ts';

/** Run as a process with a small heap: follows the hosts of the server at argv[2], keeps their views, prints how many. */
const stop = new AbortController();
const views = new Map<string, object>();
const kube = connectTo({ url: process.argv[2] ?? '', token: 'any' });
await kube.stream({
  path: PATHS.hosts,
  toView: kube.views.host,
  signal: stop.signal,
  handlers: {
    upsert: (key, view) => void views.set(key, view),
    deleted: () => undefined,
    listed: (count) => {
      console.log(`${views.size} views, ${count} known`);
      stop.abort();
    },
    unavailable: (error) => console.log(error.message),
    onProblem: (problem) => console.log(JSON.stringify(problem)),
  },
});
