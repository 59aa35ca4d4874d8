import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** Whether the request at which the operator dies is carried out, its answer being lost, or never sent. */
export type CrashMoment = 'before' | 'after';

/**
 * What lies between an operator and all that it can have an effect on. When it dies nothing more passes, in either
 * direction: to the world that is a process that was killed, while what is left of it can be stopped in peace.
 */
export interface Crash {
  /** Lets the operator die at its `at`th effect from now on, of 1. */
  arm(at: number, moment: CrashMoment): void;
  /** Whether it died. */
  readonly isOver: boolean;
  /** Lets everything pass, for the next operator. */
  revive(): void;
  /** A way to a server over plain http, by `url`; `isEffect` tells the requests that count. */
  wayTo(target: string, isEffect: (method: string, path: string) => boolean): Promise<string>;
  close(): Promise<void>;
}

export const createCrash = (): Crash => {
  const servers: http.Server[] = [];
  let left = Infinity;
  let moment: CrashMoment = 'before';
  let isOver = false;

  const die = (): void => {
    isOver = true;
    for (const server of servers) server.closeAllConnections();
  };
  const forward = (
    target: string,
    request: http.IncomingMessage,
    answer: http.ServerResponse,
    isLast: boolean,
  ): void => {
    const { method, headers } = request;
    const upstream = http.request(new URL(request.url ?? '/', target), { method, headers });
    upstream.once('error', () => answer.destroy());
    upstream.once('response', (response) => {
      if (isLast) {
        response.resume().once('end', die);
        return;
      }
      answer.writeHead(response.statusCode ?? 502, response.headers).flushHeaders();
      response.pipe(answer);
      response.once('error', () => answer.destroy());
      answer.once('close', () => response.destroy());
    });
    request.pipe(upstream);
  };

  return {
    arm(at, when) {
      left = at;
      moment = when;
    },
    get isOver() {
      return isOver;
    },
    revive() {
      left = Infinity;
      isOver = false;
    },
    async wayTo(target, isEffect) {
      const server = http.createServer((request, answer) => {
        if (!isOver && isEffect(request.method ?? '', request.url ?? '')) left -= 1;
        const isLast = !isOver && left === 0;
        if (isLast && moment === 'before') die();
        if (isOver) answer.destroy();
        else forward(target, request, answer, isLast);
      });
      server.keepAliveTimeout = 600_000;
      servers.push(server);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    },
    async close() {
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
};
