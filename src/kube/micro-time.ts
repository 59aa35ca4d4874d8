/** A MicroTime (Kubernetes API): RFC 3339 with six digits behind the second. */
export function microTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z');
}
