import { formatLabels, matchesLabels, type Labels } from '../../model/label-selector.ts';
import type { ServiceFacts } from '../host/target.ts';

/** How a target names its Service: exactly one of the two, as the CRD checks. */
export interface ServiceChoice {
  readonly serviceRef?: { readonly namespace: string; readonly name: string } | undefined;
  /** Of the Services of type LoadBalancer with these labels the oldest is meant. */
  readonly serviceSelector?: { readonly namespace: string; readonly matchLabels: Labels } | undefined;
}

/** The Services of the cluster. */
export interface Services {
  service(namespace: string, name: string): ServiceFacts | undefined;
  services(): Iterable<ServiceFacts>;
}

/** The Service that a target takes its addresses from. */
export type ChosenService =
  | {
      /** What it is called, whether or not it is there. */
      readonly ref: { readonly namespace: string; readonly name: string };
      readonly service: ServiceFacts | undefined;
      /** For people: how it was chosen, where others could have been. */
      readonly choice: string | undefined;
    }
  | { readonly problem: string };

const MOST_NAMED = 4;

/**
 * Finds the Service of a target. Of several that a selector matches the oldest counts (then the first by name), as of
 * several sources: a second one that comes beside it, still without backends, takes nothing over until the first is gone.
 */
export function chooseService({ serviceRef, serviceSelector }: ServiceChoice, cluster: Services): ChosenService {
  if (serviceRef !== undefined) {
    const { namespace, name } = serviceRef;
    return { ref: { namespace, name }, service: cluster.service(namespace, name), choice: undefined };
  }
  if (serviceSelector === undefined) return { problem: 'it has neither serviceRef nor serviceSelector' };
  const { namespace, matchLabels } = serviceSelector;
  const matching = [...cluster.services()]
    .filter((service) => service.namespace === namespace && service.type === 'LoadBalancer')
    .filter((service) => matchesLabels({ matchLabels }, service.labels))
    .sort((a, b) => a.createdAt - b.createdAt || (a.name < b.name ? -1 : 1));
  const [oldest] = matching;
  const labels = formatLabels(matchLabels);
  if (oldest === undefined) {
    return { problem: `no Service of type LoadBalancer in namespace ${namespace} has the labels ${labels}` };
  }
  const names = matching.map(({ name }) => name);
  const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : '';
  const choice = `of ${names.slice(0, MOST_NAMED).join(', ')}${more}, which have the labels ${labels}, the oldest counts`;
  return {
    ref: { namespace, name: oldest.name },
    service: oldest,
    choice: names.length === 1 ? undefined : choice,
  };
}
