import { describe, expect, it } from 'vitest';
import { recorded } from './recordings.ts';
import { clientOf, json, TOKEN, unaborted } from './server.ts';

const signal = unaborted();

/** A client of a server that gives one recorded answer to everything. */
function answering(file: string, note: string) {
  return clientOf(() => json(recorded(file, note).answer));
}

describe('a zone that is read', () => {
  it('comes with serial, type and every record of every type', async () => {
    const { client } = answering('15.2/05-other-types', 'whole zone');
    const { serial, type, records } = await client.readZone('types.test', signal);
    expect({ serial, type }).toEqual({ serial: 502, type: 'Primary' });
    const readable = records.map(({ name, type, value }) => `${name} ${type} ${value}`);
    expect(readable).toMatchInlineSnapshot(`
      [
        "types.test SOA ns1.types.test hostmaster@types.test 502 900 300 604800 60",
        "types.test MX 10 mail.types.test",
        "types.test CAA 0 issue ca.invalid",
        "1.types.test PTR types.test",
        "_sip._tcp.types.test SRV 1 2 5060 sip.types.test",
        "an.types.test ANAME types.test",
        "app.types.test APP Split Horizon SplitHorizon.SimpleAddress {"private":["192.0.2.1"],"public":["198.51.100.1"]}",
        "child.types.test NS ns.child.types.test",
        "child.types.test DS 1 ECDSAP256SHA256 13 SHA256 2 ABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABAB",
        "x.child.types.test CNAME types.test",
        "dn.types.test DNAME types.test",
        "x.dn.types.test CNAME types.test",
        "h.types.test HTTPS 1 false false",
        "t.types.test TXT heritage=other,"quoted"",
        "t.types.test TXT xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
      ]
    `);
  });

  it('has names and targets in lower case, comments, and what is disabled', async () => {
    const { client } = answering('15.2/03-cname', 'whole zone');
    const { records } = await client.readZone('cname.test', signal);
    const at = (name: string) => records.filter((record) => record.name === name);
    expect(at('upper.cname.test')).toEqual([
      { name: 'upper.cname.test', type: 'CNAME', ttl: 300, value: 'cname.test', comments: '', disabled: false },
    ]);
    expect(at('k.cname.test')).toMatchObject([{ comments: 'a "b" ;c\né' }]);
    expect(at('xn--bcher-kva.cname.test')).toHaveLength(1);
    expect(records).toHaveLength(23);
  });

  it('may be a Forwarder zone', async () => {
    const { client } = answering('15.2/07-forwarder-zone', 'apex A');
    expect(await client.readSerial('fz.test', signal)).toMatchObject({ serial: 2, type: 'Forwarder' });
  });

  it('is asked for as a whole', async () => {
    const { client, arrived } = answering('15.2/03-cname', 'whole zone');
    await client.readZone('cname.test', signal);
    expect(arrived.map(({ form }) => form)).toEqual([
      { domain: 'cname.test', zone: 'cname.test', listZone: 'true', token: TOKEN },
    ]);
  });
});

describe('a name that is read', () => {
  it.each([
    {
      name: 'comes as the server holds it',
      note: 'read',
      want: {
        serial: 3,
        records: [{ name: 'git.cname.test', value: 'cname.test', comments: 'managed-by=splithorizon' }],
      },
    },
    { name: 'has no records when it is not there', note: 'read a name that is not there', want: { records: [] } },
    { name: 'may be disabled', note: 'disabled', want: { serial: 8, records: [{ disabled: true, comments: 'off' }] } },
    { name: 'is not matched by a wildcard', note: 'read a name under the wildcard', want: { records: [] } },
  ])('$name', async ({ note, want }) => {
    const { client } = answering('15.2/03-cname', note);
    expect(await client.readName('cname.test', 'git.cname.test', signal)).toMatchObject(want);
  });

  it('has its addresses in canonical form', async () => {
    const { client } = answering('15.2/04-addresses', 'whole zone');
    const { records } = await client.readZone('addr.test', signal);
    const addresses = records.filter(({ type }) => type === 'A' || type === 'AAAA');
    expect(addresses.map(({ value }) => value)).toEqual([
      '192.0.2.80',
      '::ffff:c000:201',
      '192.0.2.6',
      '192.0.2.5',
      '192.0.2.1',
    ]);
  });
});

describe('a zone that is no zone to work on', () => {
  it.each([
    {
      name: 'is missing, and a parent answers in its place',
      answer: recorded('15.2/02-zones', 'zone= is the closest match, not an exact one').answer,
      zone: 'sub2.zones.test',
      want: {
        reason: 'ZoneNotFound',
        message: 'http://technitium.test:5380 has no zone sub2.zones.test; the closest is "zones.test"',
      },
    },
    {
      name: 'is missing',
      answer: recorded('15.2/02-zones', 'record of a zone that does not exist').answer,
      zone: 'missing.test',
      want: { reason: 'ZoneNotFound' },
    },
    {
      name: 'is disabled',
      answer: recorded('15.2/02-zones', 'read a disabled zone').answer,
      zone: 'zones.test',
      want: {
        reason: 'ZoneDisabled',
        message: 'http://technitium.test:5380 refuses questions about zone zones.test, which is disabled there',
      },
    },
    {
      name: 'is a copy of another server',
      answer: zoneAnswer({ name: 'sec.test', type: 'Secondary', disabled: false, soaSerial: 3 }),
      zone: 'sec.test',
      want: {
        reason: 'ZoneNotWritable',
        message: 'http://technitium.test:5380 takes no writes to zone sec.test, which it holds as "Secondary"',
      },
    },
    {
      name: 'must not be seen by the token',
      answer: recorded('15.2/01-auth', 'user without rights: read').answer,
      zone: 'auth.test',
      want: {
        reason: 'AccessDenied',
        message: 'http://technitium.test:5380 answered zones/records/get: "Access was denied."',
      },
    },
  ])('$name', async ({ answer, zone, want }) => {
    const { client } = clientOf(() => json(answer));
    const reads = [
      () => client.readZone(zone, signal),
      () => client.readName(zone, `a.${zone}`, signal),
      () => client.readSerial(zone, signal),
    ];
    for (const read of reads) await expect(read()).rejects.toMatchObject({ ...want, outcomeUnknown: false });
  });
});

describe('the session', () => {
  it.each([
    { note: 'session', want: true },
    { note: 'session of an API token', want: false },
  ])('tells the server and whether the token may import: $note', async ({ note, want }) => {
    const { client } = answering('15.2/01-auth', note);
    expect(await client.session(signal)).toEqual({
      version: '15.2',
      dnsServerDomain: 'dns1.test',
      uptimestamp: '2026-11-23T11:57:42.6694655Z',
      clusterInitialized: false,
      clusterNodes: [],
      canModifyZones: want,
    });
  });

  it('lists the nodes of a cluster', async () => {
    const node = {
      name: 'dns1.cl.test',
      url: 'https://dns1.cl.test:53443/',
      ipAddresses: ['192.0.2.101'],
      type: 'Primary',
      state: 'Self',
    };
    const info = {
      version: '15.2',
      dnsServerDomain: 'dns1.cl.test',
      uptimestamp: '2026-11-23T11:57:42.6694655Z',
      clusterInitialized: true,
      clusterDomain: 'cl.test',
      clusterNodes: [{ id: 846791571, ...node, upSince: '2026-11-23T11:57:42.6694655Z' }],
      permissions: { Zones: { canView: true, canModify: true, canDelete: false } },
    };
    const { client } = clientOf(() => json({ status: 'ok', info }));
    expect(await client.session(signal)).toMatchObject({ clusterInitialized: true, clusterNodes: [node] });
  });
});

describe('the list of zones', () => {
  it('has zones of every type and state', async () => {
    const { client } = answering('15.2/02-zones', 'a disabled zone in the list');
    const zones = await client.listZones(signal);
    expect(zones).toContainEqual({ name: 'zones.test', type: 'Primary', disabled: true, serial: 1 });
    expect(zones).toContainEqual({ name: 'fwd.test', type: 'Forwarder', disabled: false, serial: 1 });
    expect(zones).toContainEqual({ name: 'dated.test', type: 'Primary', disabled: false, serial: 2026112300 });
  });

  it('lacks what the token must not see', async () => {
    const { client } = answering('15.2/01-auth', 'user without rights: the zone is left out of the list');
    expect(await client.listZones(signal)).toEqual([]);
  });
});

describe('a write', () => {
  const alias = {
    name: 'git.cname.test',
    type: 'CNAME',
    ttl: 300,
    value: 'cname.test',
    comments: 'c',
    disabled: false,
  } as const;
  const address = {
    name: 'addr.test',
    type: 'A',
    ttl: 60,
    value: '192.0.2.9',
    comments: 'owner=9',
    disabled: false,
  } as const;
  const common = { token: TOKEN, zone: 'cname.test', domain: 'git.cname.test' };

  it('gives the serial of the zone after it', async () => {
    expect(await answering('15.2/03-cname', 'add').client.add('cname.test', alias, signal)).toBe(3);
    const update = answering('15.2/03-cname', 'update to a new target with everything said').client;
    expect(await update.update('cname.test', alias, alias, signal)).toBe(6);
  });

  it('adds without overwriting', async () => {
    const { client, arrived } = answering('15.2/03-cname', 'add');
    await client.add('cname.test', alias, signal);
    expect(arrived[0]!.form).toEqual({
      ...common,
      type: 'CNAME',
      cname: 'cname.test',
      ttl: '300',
      comments: 'c',
      expiryTtl: '0',
      overwrite: 'false',
    });
  });

  it('says everything in an update, also what stays empty', async () => {
    const { client, arrived } = answering('15.2/03-cname', 'update to a new target with everything said');
    await client.update('cname.test', alias, { ...alias, value: 'lb.cname.test', ttl: 120, comments: '' }, signal);
    expect(arrived[0]!.form).toEqual({
      ...common,
      type: 'CNAME',
      cname: 'lb.cname.test',
      ttl: '120',
      comments: '',
      expiryTtl: '0',
      disable: 'false',
    });
  });

  it('names an address by its old value and gives the new one', async () => {
    const { client, arrived } = answering('15.2/04-addresses', 'move the address');
    expect(await client.update('addr.test', address, { ...address, value: '192.0.2.77' }, signal)).toBe(8);
    expect(arrived[0]!.form).toMatchObject({ type: 'A', ipAddress: '192.0.2.9', newIpAddress: '192.0.2.77' });
  });

  it('deletes an address by its value and a CNAME by its name alone', async () => {
    const { client, arrived } = answering('15.2/03-cname', 'delete');
    await client.remove('cname.test', alias, signal);
    await client.remove('addr.test', address, signal);
    expect(arrived.map(({ form }) => form)).toEqual([
      { ...common, type: 'CNAME' },
      { token: TOKEN, zone: 'addr.test', domain: 'addr.test', type: 'A', ipAddress: '192.0.2.9' },
    ]);
  });

  it('writes the SOA again as it was, with another serial', async () => {
    const { client, arrived } = answering('15.2/02-zones', 'whole zone');
    expect(await client.raiseSerial('zones.test', 4_000, signal)).toBe(1);
    expect(arrived.at(-1)?.form).toEqual({
      domain: 'zones.test',
      zone: 'zones.test',
      type: 'SOA',
      ttl: '900',
      comments: '',
      expiryTtl: '0',
      disable: 'false',
      primaryNameServer: 'dns1.test',
      responsiblePerson: 'hostadmin@zones.test',
      serial: '4000',
      refresh: '900',
      retry: '300',
      expire: '604800',
      minimum: '900',
      useSerialDateScheme: 'false',
      token: TOKEN,
    });
  });

  it('imports as plain text, with the token in the header alone', async () => {
    const { client, arrived } = answering('15.2/06-import', 'text/plain');
    await client.importRecords('cname.test', [alias], signal);
    expect(arrived[0]!.url).toBe('http://technitium.test:5380/api/zones/import?zone=cname.test&overwrite=false');
    expect(arrived[0]!.headers['content-type']).toBe('text/plain');
    expect(arrived[0]!.headers['authorization']).toBe(`Bearer ${TOKEN}`);
    expect(arrived[0]!.body).toBe('git.cname.test. 300 IN CNAME cname.test. ;c\n');
  });

  it('that landed in the zone above is an error whose outcome is unknown', async () => {
    const { client } = answering('15.2/03-cname', 'zone that does not exist under one that does');
    await expect(client.add('gone.cname.test', { ...alias, name: 'a.gone.cname.test' }, signal)).rejects.toMatchObject({
      reason: 'ZoneNotFound',
      outcomeUnknown: true,
    });
  });

  it.each([
    { file: '15.2/03-cname', note: 'add the same again', want: 'AlreadyExists' },
    { file: '15.2/04-addresses', note: 'the same again', want: 'AlreadyExists' },
    { file: '15.2/03-cname', note: 'CNAME beside A', want: 'CnameConflict' },
    { file: '15.2/03-cname', note: 'update a name that is not there', want: 'NoSuchRecord' },
    { file: '15.2/04-addresses', note: 'move an address that is not there', want: 'NoSuchRecord' },
    { file: '15.2/03-cname', note: 'delete again', want: 'NoSuchRecord' },
    { file: '15.2/03-cname', note: 'ttl above the SOA expire', want: 'Rejected' },
    { file: '15.2/01-auth', note: 'View: add', want: 'AccessDenied' },
    { file: '15.2/02-zones', note: 'write to an internal zone', want: 'ZoneNotWritable' },
    { file: '15.2/01-auth', note: 'token of a disabled user', want: 'NotAuthenticated' },
    { file: '14.3/01-auth', note: 'no token', want: 'NotAuthenticated' },
  ])('that the server refuses has not been made: $note is $want', async ({ file, note, want }) => {
    const { client, arrived } = answering(file, note);
    const writes = [
      () => client.add('cname.test', alias, signal),
      () => client.update('cname.test', alias, alias, signal),
      () => client.remove('cname.test', alias, signal),
    ];
    for (const write of writes) await expect(write()).rejects.toMatchObject({ reason: want, outcomeUnknown: false });
    expect(arrived).toHaveLength(3);
  });

  it.each([
    { file: '15.2/06-import', note: 'conflict in line 2', want: { reason: 'CnameConflict', outcomeUnknown: true } },
    { file: '15.2/06-import', note: 'ttl too large', want: { reason: 'Rejected', outcomeUnknown: true } },
    { file: '15.2/06-import', note: 'missing zone', want: { reason: 'ZoneNotFound', outcomeUnknown: false } },
    {
      file: '15.2/01-auth',
      note: 'all zone rights but not the section: import',
      want: { reason: 'AccessDenied', outcomeUnknown: false },
    },
  ])('by import may have stopped midway: $note', async ({ file, note, want }) => {
    const { client } = answering(file, note);
    await expect(client.importRecords('imp.test', [alias], signal)).rejects.toMatchObject(want);
  });
});

function zoneAnswer(zone: object) {
  return { status: 'ok', response: { zone, records: [] } };
}
