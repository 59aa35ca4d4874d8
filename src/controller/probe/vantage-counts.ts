/** Over how many hosts each vantage was judged, and how many of them are Internal there; counted as the words come. */
export interface VantageCounts {
  /** A vantage's word on a host, undefined where it has none any more; whether that changes the counts. */
  put(vantage: string, host: string, isInternal: boolean | undefined): boolean;
  /** Undefined while it has had no word on any host since our start. */
  of(vantage: string): { readonly total: number; readonly internal: number } | undefined;
  forgetVantage(vantage: string): void;
  /** Forgets a host and gives the vantages that had counted it. */
  forgetHost(host: string): string[];
}

interface Counted {
  readonly hosts: Map<string, boolean>;
  internal: number;
}

/** Nothing is counted yet. */
export function createVantageCounts(): VantageCounts {
  const vantages = new Map<string, Counted>();

  const put = (vantage: string, host: string, isInternal: boolean | undefined): boolean => {
    const counted = vantages.get(vantage) ?? { hosts: new Map<string, boolean>(), internal: 0 };
    const before = counted.hosts.get(host);
    if (before === isInternal) return false;
    counted.internal += Number(isInternal === true) - Number(before === true);
    if (isInternal === undefined) counted.hosts.delete(host);
    else counted.hosts.set(host, isInternal);
    vantages.set(vantage, counted);
    return true;
  };

  return {
    put,
    of(vantage) {
      const counted = vantages.get(vantage);
      return counted && { total: counted.hosts.size, internal: counted.internal };
    },
    forgetVantage: (vantage) => void vantages.delete(vantage),
    forgetHost: (host) => [...vantages.keys()].filter((vantage) => put(vantage, host, undefined)),
  };
}
