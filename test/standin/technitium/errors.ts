/** What the API answers as `{status, errorMessage, innerErrorMessage?}` with HTTP 200. */
export class ApiError extends Error {
  readonly status: 'error' | 'invalid-token';
  readonly inner: string | undefined;

  constructor(message: string, options: { status?: 'error' | 'invalid-token'; inner?: string } = {}) {
    super(message);
    this.status = options.status ?? 'error';
    this.inner = options.inner;
  }
}
