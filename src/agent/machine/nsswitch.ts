/** How glibc looks hosts up by nsswitch.conf(5), as far as it is decided before DNS has answered. */
export interface HostLookup {
  /** Whether the hosts file is read before DNS is asked. */
  readonly pinsDecide: boolean;
  /** Who is asked after that: the servers of resolv.conf (`dns`), systemd-resolved (`resolve`), or one after the other. */
  readonly ways: readonly ('dns' | 'resolve')[];
  /** Clauses for people: what stands before the end and could not be evaluated. */
  readonly unseen: readonly string[];
}

/** A module of the `hosts` line, with what it is told to do by outcome, lower-case: `{ notfound: 'return' }`. */
interface Step {
  readonly module: string;
  readonly actions: Readonly<Record<string, string>>;
}

/** glibc's own (nss/nss_database.c), for a machine that says nothing. */
const DEFAULT_STEPS: readonly Step[] = ['files', 'dns'].map((module) => ({ module, actions: {} }));
const STATUSES = ['success', 'notfound', 'unavail', 'tryagain'];
/**
 * Modules that know nothing of a zone's names: the machine's own name, its containers, and names under `local`, which
 * these ask for by multicast and leave to the next one if that brings nothing else.
 */
const NEVER_OURS = /^(myhostname|mymachines|mdns[46]?(_minimal)?)$/;

/** Reads the `hosts` line of nsswitch.conf; `isResolvedThere` says whether a module `resolve` finds systemd-resolved. */
export function parseNsswitch(text: string | undefined, path: string, isResolvedThere: boolean): HostLookup {
  const all = stepsOf(text).filter(({ module }) => module !== 'resolve' || isResolvedThere);
  const end = all.findIndex(isEnd);
  const steps = end < 0 ? all : all.slice(0, end + 1);
  const ways = steps.map(({ module }) => module).filter((module) => module === 'dns' || module === 'resolve');
  const firstWay = steps.findIndex(({ module }) => module === 'dns' || module === 'resolve');
  const firstFiles = steps.findIndex(({ module }) => module === 'files');
  const unseen = steps.flatMap((step) => unseenIn(step).map((clause) => `${path}: ${clause}`));
  if (ways.length === 0) unseen.push(`${path} has programs look up hosts without DNS`);
  return { pinsDecide: firstFiles >= 0 && (firstWay < 0 || firstFiles < firstWay), ways, unseen };
}

/** Whether nobody else is asked after a module that is there and does not know the name. */
function isEnd({ module, actions }: Step): boolean {
  if (module === 'dns') return true;
  if (module === 'resolve') return actions['notfound'] === 'return' && actions['tryagain'] === 'return';
  return module === 'files' && actions['notfound'] === 'return';
}

function unseenIn({ module, actions }: Step): string[] {
  const { success = 'return' } = actions;
  const isKnown = ['files', 'dns', 'resolve'].includes(module) || NEVER_OURS.test(module);
  return [
    ...(isKnown ? [] : [`the module "${module}" for hosts is not evaluated, and is asked before DNS`]),
    ...(success === 'return' ? [] : [`[SUCCESS=${success}] behind ${module} is not evaluated`]),
  ];
}

function stepsOf(text: string | undefined): readonly Step[] {
  const line = text
    ?.split('\n')
    .map((each) => each.replace(/#.*$/, '').trim())
    .find((each) => /^hosts\s*:/.test(each));
  if (line === undefined) return DEFAULT_STEPS;
  const words = line.replace(/^hosts\s*:/, '').match(/\[[^\]]*\]|[^\s[\]]+/g) ?? [];
  const steps: { module: string; actions: Record<string, string> }[] = [];
  for (const word of words) {
    if (word.startsWith('[')) Object.assign(steps.at(-1)?.actions ?? {}, actionsOf(word));
    else steps.push({ module: word, actions: {} });
  }
  return steps;
}

/** `[NOTFOUND=return !UNAVAIL=continue]`: one action for each outcome that it names, or for all others. */
function actionsOf(word: string): Record<string, string> {
  const actions: Record<string, string> = {};
  for (const [, not, status = '', action = ''] of word.matchAll(/(!?)\s*(\w+)\s*=\s*(\w+)/g)) {
    const named = status.toLowerCase();
    const meant = not === '!' ? STATUSES.filter((each) => each !== named) : [named];
    for (const each of meant) actions[each] = action.toLowerCase();
  }
  return actions;
}
