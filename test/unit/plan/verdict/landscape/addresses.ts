export const SITE = 'site.pages.example.net';
export const FORMER_SITE = 'old.pages.example.net';

/** What every address of the landscapes is, IPv4 behind NAT64 spelled out. */
export const TARGETS = ['10.0.20.203', '10.0.20.204', '2001:db8::203'] as const;
export const CLUSTER_IP = '10.111.111.95';
export const FORMER = ['10.0.20.100', '10.0.20.101', '2001:db8::100'] as const;
export const OUTSIDE = {
  '203.0.113.10': 'Hairpin',
  '198.51.100.7': 'Edge',
  '192.0.2.99': undefined,
  '10.9.9.9': undefined,
  '2001:db8:ffff::1': 'Edge',
  '2001:db8:eeee::1': undefined,
} as const;
export const NOWHERE = ['0.0.0.0', '127.0.0.1', '127.0.0.53', '::', '::1'] as const;
export const NAT64 = '64:ff9b::/96';
export const TRANSLATED: Readonly<Record<string, string>> = {
  '64:ff9b::a00:14cb': '10.0.20.203',
  '64:ff9b::a00:14cc': '10.0.20.204',
  '64:ff9b::a00:1464': '10.0.20.100',
  '64:ff9b::cb00:710a': '203.0.113.10',
  '64:ff9b::': '0.0.0.0',
};

export const isIPv6 = (address: string): boolean => address.includes(':');
