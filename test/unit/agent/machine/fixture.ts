import type { MachineFiles } from '../../../../src/agent/machine/files.ts';

/** A machine that has these files and no others, and `eth0` as its link 2. */
export function machineWith(files: Readonly<Record<string, string>>): MachineFiles {
  return {
    read: (path) => files[path],
    linkName: (index) => (index === 2 ? 'eth0' : undefined),
    list: (folder) =>
      [
        ...new Set(
          Object.keys(files)
            .filter((path) => path.startsWith(`${folder}/`))
            .map((path) => path.slice(folder.length + 1).split('/')[0] ?? ''),
        ),
      ].sort(),
  };
}
