import { TechnitiumStandIn } from '../test/standin/technitium/technitium-stand-in.ts';

/** The Technitium stand-in in a process of its own, so that its work is not ours; told what to do by messages. */
const server = await TechnitiumStandIn.start({});
server.createZone('example.com');
process.send?.({ url: server.url, dns: server.dns, token: server.createApiToken() });
process.on('message', (message) => {
  if (message === 'counts')
    process.send?.({
      calls: server.calls(),
      soa: server.queries(undefined, 'SOA'),
      serial: server.serial('example.com'),
    });
  if (message === 'reset') server.resetCounts();
});
process.once('disconnect', () => void server.close().then(() => process.exit()));
