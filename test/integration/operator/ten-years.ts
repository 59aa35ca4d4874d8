/** Names that the cluster wants as hosts, and that somebody has taken in one way or another. */
export const TAKEN = [
  'router',
  'wiki',
  'note',
  'shop',
  'split',
  'cloud',
  'switched-off',
  'foreign',
  'sister',
  'long',
  'mixed',
] as const;
/** Those that say already what the cluster wants, with a TTL and comments of their own. */
export const RIGHT = ['photos', 'backup', 'git'] as const;

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);
const two = (number: number): string => String(number).padStart(2, '0');

/** Machines of ten years: their TTLs, comments and whether they are switched off vary. */
const MACHINES = numbers(60).flatMap((number) => {
  const comments = ['', ';cellar', `;{"disabled":true,"comments":"sold, ${2016 + (number % 10)}"}`][number % 3] ?? '';
  const ttl = [3600, 1, 604_800, 299][number % 4];
  return [
    `pc-${two(number)} ${ttl} IN A 10.0.40.${number} ${comments}`,
    ...(number % 2 === 0 ? [`pc-${two(number)} ${ttl} IN AAAA fd00:40::${number} ${comments}`] : []),
    ...(number % 5 === 0 ? [`pc-${two(number)} 7200 IN TXT "bought ${2014 + (number % 10)}"`] : []),
  ];
});

const SERVICES = numbers(12).flatMap((number) => [
  `_svc${number}._tcp 600 IN SRV ${number} 60 ${5000 + number} pc-${two(number)}`,
  `alias-${number} 86400 IN CNAME pc-${two(number)} ;made by cron ${number}`,
  `${number}.reverse 3600 IN PTR pc-${two(number)}`,
]);

/**
 * A master file of a household's zone after ten years: all types that Technitium knows, comments in every spelling, records
 * that are switched off, what other tools left behind, and the marks of other operators.
 */
export const TEN_YEARS = [
  '@ 3600 IN MX 10 mail.example.org. ;mail, do not touch',
  '@ 3600 IN MX 20 backup-mail.example.org.',
  '@ 3600 IN TXT "v=spf1 mx -all" ;"quotes" and \\slashes\\',
  `@ 3600 IN TXT "${'x'.repeat(255)}" "second string"`,
  '@ 3600 IN CAA 0 issue "letsencrypt.org"',
  'sub 86400 IN NS ns1.example.org. ;delegated',
  'sub 86400 IN DS 12345 13 2 49FD46E6C4B45C55D4AC69CBD3CD34AC1AFE51DE64B1A3A2F3A4C6B7D8E9F0A1',
  'old-net 3600 IN DNAME new-net.example.org.',
  'web 300 IN HTTPS 1 . alpn=h2,h3',
  '_dns 300 IN SVCB 1 dns.example.org. alpn=dot port=853',
  'flat 300 IN ANAME pages.example.net.',
  '_dmarc 3600 IN TXT "v=DMARC1; p=none" ;{"comments":"a; b | c"}',
  's1._domainkey 86400 IN CNAME s1.dkim.example.net.',
  '*.lan 120 IN A 10.0.30.1 ;a wildcard',
  'UPPER.Case 3600 IN A 10.0.30.2 ;as it was written',
  'xn--bcher-kva 3600 IN A 10.0.30.3 ;Bücher 📚',
  'externaldns 300 IN TXT "heritage=external-dns,external-dns/owner=home" ;',
  // At names that the cluster wants.
  'router 3600 IN A 10.0.20.1 ;by hand',
  'wiki 3600 IN CNAME elsewhere.example.net. ;hosted',
  'note 3600 IN TXT "hello"',
  'shop 300 IN ANAME shop.pages.example.net.',
  'split 300 IN APP "Split Horizon" "SplitHorizon.SimpleAddress" eyJwdWJsaWMiOlsiMjAzLjAuMTEzLjEwIl19',
  'cloud 300 IN HTTPS 1 . alpn=h2',
  'switched-off 300 IN CNAME @ ;{"disabled":true,"comments":"not now"}',
  'foreign 300 IN CNAME @ ;splithorizon:stranger/12345678',
  'sister 300 IN CNAME @ ;splithorizon:splithorizon/00000000',
  `long 300 IN CNAME @ ;${'ü'.repeat(120)}`,
  'mixed 900 IN A 10.0.30.4 ;first',
  'mixed 900 IN A 10.0.30.5 ;{"disabled":true}',
  'mixed 900 IN TXT "beside"',
  // Beside an address that the cluster wants there.
  'turn 3600 IN TXT "realm=home" ;turn server',
  'turn 3600 IN MX 5 mail.example.org.',
  // What the cluster wants already.
  'photos 86400 IN CNAME @ ;made by a cron job',
  'Backup 1 IN CNAME @',
  'git 86400 IN CNAME @ ;a | b',
  ...MACHINES,
  ...SERVICES,
].join('\n');
