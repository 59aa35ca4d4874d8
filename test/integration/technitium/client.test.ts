import { describeClient } from './client-contract.ts';
import { SERVERS } from './server-under-test.ts';

describeClient(SERVERS);
