import type { MachineFiles } from '../../../../src/agent/machine/files.ts';

/** A machine that has these files and no others. */
export function machineWith(files: Readonly<Record<string, string>>): MachineFiles {
  return {
    read: (path) => files[path],
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
