import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { answer } from './api.ts';
import { PlainText, type Call, type Server } from './call.ts';
import type { Fault } from './faults.ts';
import { Params } from './params.ts';

const compressors = {
  br: (body: Buffer) => promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }),
  gzip: (body: Buffer) => promisify(gzip)(body, { level: 1 }),
};

/** A request that is read to its end, with the answer to write. */
export interface HttpExchange {
  readonly request: IncomingMessage;
  readonly body: string;
  readonly response: ServerResponse;
}

/** An answer before it is sent. */
interface Reply {
  readonly status: number;
  readonly type?: string;
  /** Where a redirect leads. */
  readonly location?: string | undefined;
  readonly body: Buffer;
}

/** Answers one HTTP request, or breaks it as the fault says. */
export async function serve(server: Server, fault: Fault | undefined, http: HttpExchange): Promise<void> {
  const { request, response } = http;
  const reply = await replyUnder(fault, server, http);
  if (reply === undefined) {
    request.socket.resetAndDestroy();
    return;
  }
  const { bytes, encoding } = await compressed(reply.body, request);
  response.writeHead(reply.status, {
    ...(reply.type !== undefined && { 'content-type': reply.type }),
    ...(reply.location !== undefined && { location: reply.location }),
    ...(encoding !== undefined && { 'content-encoding': encoding, vary: 'Accept-Encoding' }),
    'content-length': bytes.length,
    'cache-control': 'no-cache, no-store, must-revalidate',
  });
  if (fault?.kind !== 'half') response.end(bytes);
  else response.write(bytes.subarray(0, Math.ceil(bytes.length / 2)), () => request.socket.destroy());
}

/** What is answered; undefined for nothing but a reset. */
async function replyUnder(
  fault: Fault | undefined,
  server: Server,
  { request, body }: HttpExchange,
): Promise<Reply | undefined> {
  if (fault?.kind === 'body') return fault;
  if (fault?.kind === 'reset' && !fault.applied) return undefined;
  const reply = await run(server, request, body);
  return fault?.kind === 'reset' ? undefined : reply;
}

/** The path of a request without its query. */
export function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split('?', 1)[0] ?? '/';
}

async function run(server: Server, request: IncomingMessage, body: string): Promise<Reply> {
  const path = pathOf(request);
  const method = request.method === 'GET' || request.method === 'POST';
  const known = path.startsWith('/api/');
  const result = known ? await answer(method ? path : '/api/', readCall(server, request, body)) : undefined;
  if (result === undefined) return { status: 404, body: Buffer.alloc(0) };
  if (result instanceof PlainText) return { status: 200, type: 'text/plain', body: Buffer.from(result.text) };
  return { status: 200, type: 'application/json; charset=utf-8', body: Buffer.from(JSON.stringify(result)) };
}

function readCall(server: Server, request: IncomingMessage, body: string): Call {
  const contentType = request.headers['content-type'] ?? '';
  const isForm = contentType.toLowerCase().startsWith('application/x-www-form-urlencoded');
  const query = new URLSearchParams((request.url ?? '').split('?')[1] ?? '');
  const params = new Params(query, new URLSearchParams(isForm ? body : ''));
  // Servers before 15.0 do not look at the header.
  const header =
    server.version === '14.3' ? undefined : /^Bearer (.*)$/i.exec(request.headers.authorization ?? '')?.[1];
  const token = header?.trim() ?? params.optional('token') ?? '';
  return { server, params, contentType, body, from: request.socket.remoteAddress ?? '', token };
}

/** Compressed as the client likes it, the server preferring brotli. */
async function compressed(body: Buffer, request: IncomingMessage): Promise<{ bytes: Buffer; encoding?: string }> {
  const accepted = request.headers['accept-encoding']?.split(/\s*,\s*/) ?? [];
  const encoding = (['br', 'gzip'] as const).find((one) => accepted.includes(one));
  if (encoding === undefined || body.length === 0) return { bytes: body };
  return { bytes: await compressors[encoding](body), encoding };
}
