import { domainToASCII } from 'node:url';
import { ApiError } from './errors.ts';

/** Throws what the server says of a name that breaks its rules. */
export type CheckName = (name: string) => void;

/** The rules for names; only servers before 15.0 refuse a hyphen at the edge of a label. */
export function nameRules(refuseHyphens: boolean): CheckName {
  return (name) => {
    const refuse = (why: string): never => {
      throw new ApiError(`Invalid domain name [${name}]: ${why}`);
    };
    if (name === '') return;
    if (name.length > 255) refuse('length cannot exceed 255 bytes.');
    for (const label of name.split('.')) {
      if (label === '') refuse('label length cannot be 0 byte.');
      if (label.length > 63) refuse('label length cannot exceed 63 bytes.');
      if (refuseHyphens && label.startsWith('-')) refuse('label cannot start with hyphen.');
      if (refuseHyphens && label.endsWith('-')) refuse('label cannot end with hyphen.');
      const odd = label === '*' ? null : /[^a-z0-9_/-]/i.exec(label);
      if (odd !== null) refuse(`invalid character [${odd[0].charCodeAt(0)}] was found.`);
    }
  };
}

/** A name as a parameter gives it: without the dots at its ends, labels outside of ASCII as punycode. */
export function cleanName(text: string): string {
  const name = text.replace(/^\.+|\.+$/g, '');
  if (isAscii(name)) return name;
  return name.replace(/[^.\u3002]+/g, (label) => (isAscii(label) ? label : domainToASCII(label)));
}

const isAscii = (text: string): boolean => /^\p{ASCII}*$/u.test(text);

/** True for the zone's apex and every name below it. */
export function isWithin(zone: string, name: string): boolean {
  const lower = name.toLowerCase();
  return lower === zone || lower.endsWith(`.${zone}`);
}

/** The name without its first label, '' of a single label. */
export function parentOf(name: string): string {
  const dot = name.indexOf('.');
  return dot < 0 ? '' : name.slice(dot + 1);
}

/** Sorts like the server's tree: by label from the right. */
export function treeKey(name: string): string {
  return name.split('.').reverse().join('\0');
}
