import { once } from 'node:events';
import { TechnitiumStandIn } from '../standin/technitium/technitium-stand-in.ts';

/** What the local image of Technitium runs: the stand-in, reached and configured as the real image is. */
const { DNS_SERVER_ADMIN_PASSWORD: adminPassword = 'admin', DNS_SERVER_DOMAIN: domain = 'dns1.test' } = process.env;
const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
await using standIn = await TechnitiumStandIn.start({
  address: '0.0.0.0',
  httpPort: 5380,
  dnsPort: 53,
  adminPassword,
  domain,
});
console.log(`ready ${standIn.url} ${standIn.dns}`);
await stopped;
