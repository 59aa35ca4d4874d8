import type { Kube } from '../kube/kube.ts';
import { objectNameOf } from '../model/host-name.ts';

const AT_ONCE = 8;

/**
 * A last look before records go: a host whose object a person has made theirs (fields of its spec that we did not set)
 * stays; its label is dropped, and it is wanted from then on.
 *
 * @returns the names whose records may go
 */
export async function confirmDeletions(
  kube: Pick<Kube, 'readHost' | 'dropGeneratedLabel'>,
  names: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const confirmed: string[] = [];
  const rest = names.values();
  const worker = async (): Promise<void> => {
    for (const name of rest) {
      const object = await kube.readHost(objectNameOf(name), signal);
      if (object?.view.generated === true && object.hasForeignSpec)
        await kube.dropGeneratedLabel(object.view.name, signal);
      else confirmed.push(name);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return confirmed;
}
