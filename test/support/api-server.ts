import type { Kubectl } from './kubectl.ts';
import type { ApiAccess } from './kubeconfig.ts';

/** A running API server on 127.0.0.1, real or stand-in, as tests see it. */
export interface ApiServer extends ApiAccess {
  /** The kubeconfig of its administrator, as a file (gone after stop) and as text. */
  readonly kubeconfig: { readonly path: string; readonly text: string };
  /** Absent where no kubectl is found; always there with the real server. */
  readonly kubectl?: Kubectl | undefined;
  /** Ends the server without farewell and starts it again on the same port, all objects kept. */
  restart(): Promise<void>;
  /** Ends the server and removes its data. */
  stop(): Promise<void>;
}
