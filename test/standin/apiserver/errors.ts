import type { Resource } from './resources.ts';

/** An answer that is an error: it becomes a `Status` body as the API server writes it. */
export class ApiError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly headers: Record<string, string>;

  constructor(code: number, reason: string, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.headers = headers;
  }

  get status(): Record<string, unknown> {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: this.message,
      reason: this.reason,
      code: this.code,
    };
  }
}

const qualified = ({ plural, group }: Resource): string => (group === '' ? plural : `${plural}.${group}`);

export const notServed = (): ApiError =>
  new ApiError(404, 'NotFound', 'the server could not find the requested resource');

export const notFound = (resource: Resource, name: string): ApiError =>
  new ApiError(404, 'NotFound', `${qualified(resource)} "${name}" not found`);

export const alreadyExists = (resource: Resource, name: string): ApiError =>
  new ApiError(409, 'AlreadyExists', `${qualified(resource)} "${name}" already exists`);

export const conflict = (resource: Resource, name: string, why: string): ApiError =>
  new ApiError(409, 'Conflict', `Operation cannot be fulfilled on ${qualified(resource)} "${name}": ${why}`);

export const forbidden = (resource: Resource, verb: string): ApiError =>
  new ApiError(
    403,
    'Forbidden',
    `${qualified(resource)} is forbidden: User "admin" cannot ${verb} resource "${resource.plural}" in API group "${resource.group}" at the cluster scope`,
  );

export const badRequest = (message: string): ApiError => new ApiError(400, 'BadRequest', message);

export const invalid = (message: string): ApiError => new ApiError(422, 'Invalid', message);

export const unsupported = (what: string): ApiError =>
  new ApiError(415, 'UnsupportedMediaType', `the body of the request was in an unknown format: ${what}`);

export const methodNotAllowed = (): ApiError =>
  new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource');

/** 410: the version that a watch or a continue token starts from is no longer known. */
export const expired = (message: string): ApiError => new ApiError(410, 'Expired', message);
