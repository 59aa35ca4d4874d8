import type { ClientRequest } from 'node:http';

/**
 * Sends a request once it has a connection, so that its bytes leave the very moment it is admitted.
 *
 * @param admit throws where the request must not be sent after all; the request then fails with that error
 */
export function endAdmitted(request: ClientRequest, body: string | undefined, admit: () => void): void {
  const end = (): void => {
    try {
      admit();
      request.end(body);
    } catch (error) {
      request.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  };
  request.once('socket', (socket) => {
    const isSecuring = 'secureConnecting' in socket && socket.secureConnecting === true;
    if (isSecuring) socket.once('secureConnect', end);
    else if (socket.connecting) socket.once('connect', end);
    else end();
  });
}
