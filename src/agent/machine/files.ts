/** A machine's files, under the paths by which the machine itself knows them. */
export interface MachineFiles {
  /** The content as text; undefined where there is no such file, or none that may be read. */
  read(path: string): string | undefined;
  /** The names in a folder, sorted; none where there is no such folder. */
  list(folder: string): readonly string[];
  /** What the network interface of that index is called; undefined where it is not known. */
  linkName(index: number): string | undefined;
}
