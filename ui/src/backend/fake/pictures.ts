import type { Measure } from '$generated/Measure';
import type { Picture } from '$generated/Picture';
import type { ProbeResult } from '$generated/ProbeResult';

/** A probe whose result is worth a picture, and the item it stands on. */
export interface Pictured {
  /** Text of the item. */
  item: string;
  /** The letter of the item's dressing. */
  letter: string;
  kind: string;
  source: string;
  summary: string;
  target: string;
  measure?: Measure;
  conditions?: ProbeResult['conditions'];
  pictures: Picture[];
  hint?: string;
}

const T = Date.parse('2026-11-22T08:40:00Z');
const ERRORS = [3, 4, 2, 3, 5, 4, 3, 6, 9, 14, 22, 31, 18, 9, 5, 4, 3, 3, 0, 0, 0, 4, 3, 4, 2, 3, 4, 5, 3, 4];
const gauge = (value: string, limit: string, fraction: number, verdict: string): Measure => ({
  value,
  limit,
  fraction,
  limitFraction: 0.8,
  verdict,
});

const CERTIFICATE_FACTS = [
  { name: 'subject', value: 'CN=api.bakhmach.com' },
  { name: 'issuer', value: 'R11, Let’s Encrypt' },
  { name: 'names', value: 'api.bakhmach.com, www.bakhmach.com' },
];

/** A list of checks from rows of mark, name, found, wanted and why. */
const checked = (title: string, rows: readonly (readonly string[])[], steps = false): Picture => ({
  kind: 'checks',
  title,
  steps,
  checks: rows.map(([mark = '', name = '', found = '', wanted = '', why = '']) => ({ mark, name, found, wanted, why })),
});

export const PICTURED: readonly Pictured[] = [
  {
    item: 'API answers within 300 ms',
    letter: 'f',
    kind: 'http',
    source: 'url: ${API_URL}/health\nexpect: status == 200, duration < 300ms',
    summary: '200 in 412 ms',
    target: 'https://api.bakhmach.com/health',
    measure: gauge('412 ms', 'limit 300 ms', 1, 'fail'),
    conditions: [
      { text: 'status == 200', verdict: 'pass', measured: '200', why: '' },
      { text: 'duration < 300ms', verdict: 'fail', measured: '412\u00a0ms', why: '412 ms is over 300 ms' },
    ],
    pictures: [
      {
        kind: 'phases',
        parts: [
          { name: 'dns', ms: 8.4 },
          { name: 'connect', ms: 21.2 },
          { name: 'tls', ms: 38.6 },
          { name: 'first byte', ms: 311.4 },
          { name: 'body', ms: 32.4 },
        ],
        limitMs: 300,
      },
      { kind: 'text', title: 'body', text: '{"status":"ok","version":"2.4.0"}', note: '' },
      {
        kind: 'facts',
        title: 'details',
        folded: true,
        facts: [
          { name: 'address', value: '203.0.113.40:443' },
          { name: 'version', value: 'HTTP/2' },
          { name: 'bytes', value: '33 B' },
        ],
      },
      {
        kind: 'facts',
        title: 'headers',
        folded: true,
        facts: [
          { name: 'content-type', value: 'application/json' },
          { name: 'strict-transport-security', value: 'max-age=63072000; includeSubDomains' },
        ],
      },
    ],
  },
  {
    item: 'Certificate is valid for three weeks',
    letter: 'a',
    kind: 'tls',
    source: 'host: ${API_HOST}\nexpect: chain_ok, valid_for > 7d\nwarn: valid_for > 21d',
    summary: '19 days left',
    target: 'api.bakhmach.com:443',
    measure: { value: '19 days left', limit: 'warn below 21', verdict: 'warn' },
    pictures: [
      {
        kind: 'life',
        title: 'certificate',
        notBefore: '2026-09-12T06:10:00Z',
        notAfter: '2026-12-11T06:10:00Z',
        daysLeft: 19.9,
        limitDays: 21,
        facts: CERTIFICATE_FACTS,
      },
      {
        kind: 'phases',
        parts: [
          { name: 'dns', ms: 4.2 },
          { name: 'connect', ms: 9.1 },
          { name: 'tls', ms: 14.8 },
        ],
      },
    ],
  },
  {
    item: 'DNS record reached every resolver',
    letter: 'f',
    kind: 'dns',
    source: 'name: ${API_HOST}\nservers: [1.1.1.1, 8.8.8.8, 9.9.9.9, 192.0.2.53]\nexpect: agreement',
    summary: '2 of 4 resolvers agree: 203.0.113.40',
    target: 'api.bakhmach.com A',
    conditions: [
      { text: 'agreement', verdict: 'fail', measured: 'no', why: 'it is no' },
      { text: 'ttl <= 300s', verdict: 'pass', measured: '60\u00a0s', why: '' },
    ],
    pictures: [
      {
        kind: 'answers',
        answers: [
          { server: '1.1.1.1', said: ['203.0.113.40', '203.0.113.41'], trouble: '', differs: false },
          { server: '8.8.8.8', said: ['203.0.113.40', '203.0.113.41'], trouble: '', differs: false },
          { server: '9.9.9.9', said: ['198.51.100.7'], trouble: '', differs: true },
          { server: '192.0.2.53', said: [], trouble: 'no answer in 4 s', differs: false },
        ],
      },
    ],
    hint: 'The old address is kept for up to 60 s. Run it again.',
  },
  {
    item: 'PostGIS is installed on every database',
    letter: 'v',
    kind: 'postgres',
    source:
      'dsn: ${PG_DSN}\nsql: select datname, extversion, pg_size_pretty(size) as size, replicas from fleet\nexpect: rows == 4',
    summary: '4 rows in 12 ms',
    target: 'db.bakhmach.com:5432/hub',
    pictures: [
      {
        kind: 'rows',
        title: '',
        columns: ['datname', 'extversion', 'rows', 'replicas'],
        rows: [
          ['hub', '3.4.2', '1204981', '2'],
          ['hub_archive', '3.4.2', '98120455', '1'],
          ['sync', '3.4.2', '55120', '2'],
          ['audit', 'NULL', '8', '0'],
        ],
      },
      {
        kind: 'phases',
        parts: [
          { name: 'connect', ms: 1.4 },
          { name: 'tls', ms: 3.8 },
          { name: 'login', ms: 2.2 },
          { name: 'query', ms: 4.4 },
        ],
      },
    ],
  },
  {
    item: 'Error rate stays under 0.1 %',
    letter: 'f',
    kind: 'promql',
    source:
      'url: ${PROM_URL}\nquery: 100 * rate(errors[1m])\nrange: 30m\nunit: "%"\nexpect: highest < 0.1%, coverage > 90%',
    summary: '0.04 %',
    target: 'http://prometheus:9090',
    measure: gauge('0.31 %', 'limit 0.1 %', 1, 'fail'),
    pictures: [
      {
        kind: 'series',
        title: 'over time',
        unit: '%',
        limits: [0.1],
        lines: [
          {
            name: 'errors{job="api"}',
            points: ERRORS.flatMap((value, index) =>
              value === 0 ? [] : [{ at: T + index * 60_000, value: value / 100 }],
            ),
          },
        ],
      },
    ],
  },
  {
    item: 'Coverage of every package is 85 %',
    letter: 'f',
    kind: 'coverage',
    source: 'path: coverage/*.xml\nexpect: lowest >= 85%',
    summary: '88.4 % of 12 480 lines',
    target: 'coverage/*.xml',
    measure: gauge('71.2 %', 'at least 85 %', 0.67, 'fail'),
    pictures: [
      {
        kind: 'bars',
        title: 'packages',
        limit: 'at least 85 %',
        at: 0.85,
        bars: [
          ['src/sync/conflict_resolution', 71.2],
          ['src/api/handlers/webhooks', 84.96],
          ['src/sync', 86.1],
          ['src/api', 91.4],
          ['src/billing', 93.9],
          ['src/core/outline', 95.5],
          ['src/core', 97.2],
          ['src/auth', 98],
          ['src/mail', 98.4],
          ['src/util', 100],
        ].map(([name, share]) => ({
          name: String(name),
          value: `${share} %`,
          fraction: Number(share) / 100,
          beyond: Number(share) < 85,
        })),
      },
    ],
  },
  {
    item: 'Every test passes',
    letter: 'f',
    kind: 'junit',
    source: 'path: reports/*.xml\nexpect: failed == 0, errors == 0, age < 1d',
    summary: '412 tests, 2 failed, 0 errors, 3 skipped',
    target: 'reports/*.xml',
    pictures: [
      checked('failed tests', [
        ['fail', 'tests.sync.test_conflict: keeps the newer write'],
        ['fail', 'tests.api.test_limits: 429 after a hundred'],
      ]),
      {
        kind: 'rows',
        title: 'suites',
        columns: ['name', 'errors', 'failed', 'skipped', 'tests'],
        rows: [
          ['tests.sync', '0', '1', '0', '118'],
          ['tests.api', '0', '1', '2', '204'],
          ['tests.core', '0', '0', '1', '90'],
        ],
      },
    ],
  },
  {
    item: 'No secret is in the code',
    letter: 'f',
    kind: 'secrets',
    source: 'paths: ["**"]\nexpect: findings == 0',
    summary: '2 findings in 2 of 1 204 files',
    target: 'the repository',
    pictures: [
      {
        kind: 'places',
        title: 'findings',
        total: 2,
        places: [
          { mark: 'fail', place: 'deploy/env.sh:14', rule: 'aws-access-key', text: 'AKIA…7Q' },
          {
            mark: 'fail',
            place: 'services/api/src/config/production_defaults.ts:203',
            rule: 'github-token',
            text: 'ghp_…kd',
          },
        ],
      },
    ],
    hint: 'revoke it, then remove it: aws-access-key at deploy/env.sh:14',
  },
  {
    item: 'Scanner found nothing serious',
    letter: 'a',
    kind: 'sarif',
    source: 'path: reports/codeql.sarif\nexpect: errors == 0\nwarn: warnings == 0',
    summary: '0 errors, 61 warnings, 4 notes; 2 suppressed',
    target: 'reports/codeql.sarif',
    pictures: [
      {
        kind: 'places',
        title: 'found',
        total: 65,
        places: Array.from({ length: 12 }, (_, index) => ({
          mark: index < 9 ? 'warn' : 'note',
          place: `src/handlers/${['users', 'sync', 'billing'][index % 3]}.ts:${40 + index * 17}`,
          rule: ['js/unsafe-regex', 'js/log-injection', 'js/unused-local'][index % 3] ?? '',
          text: 'User-provided value flows here and is used in a regular expression without a limit.',
        })),
      },
      {
        kind: 'rows',
        title: 'rules',
        columns: ['rule', 'levels'],
        rows: [
          ['js/unsafe-regex', 'warning 31'],
          ['js/log-injection', 'warning 30'],
        ],
      },
    ],
  },
  {
    item: 'Headers are secure',
    letter: 'f',
    kind: 'headers',
    source: 'url: ${API_URL}\nexpect: failed == 0',
    summary: '1 of 7 headers failed',
    target: 'https://api.bakhmach.com/',
    pictures: [
      checked('tests', [
        [
          'pass',
          'Strict-Transport-Security',
          'max-age=63072000; includeSubDomains',
          'max-age of half a year or more',
          '',
        ],
        [
          'fail',
          'Content-Security-Policy',
          "script-src 'self' 'unsafe-inline'",
          'a policy without unsafe sources',
          'csp-implemented-with-unsafe-inline, -20',
        ],
        ['pass', 'X-Content-Type-Options', 'nosniff', 'nosniff', ''],
        [
          'warn',
          'Referrer-Policy',
          'no-referrer-when-downgrade',
          'no whole address for other hosts',
          'referrer-policy-unsafe, -5',
        ],
        ['pass', 'X-Frame-Options', 'DENY', 'DENY, SAMEORIGIN or frame-ancestors', ''],
        ['skipped', 'Set-Cookie', 'not sent', 'Secure, and HttpOnly for sessions', ''],
      ]),
    ],
  },
  {
    item: 'Only the dashboard may read the API',
    letter: 'f',
    kind: 'cors',
    source: 'url: ${API_URL}/health\nallow: https://${DASHBOARD_HOST}\nexpect: as_listed, not null, varies',
    summary: 'lets in https://dashboard.bakhmach.com, https://dashboard.bakhmach.com.evil.example',
    target: 'https://api.bakhmach.com/health',
    pictures: [
      checked('origins', [
        ['pass', 'https://dashboard.bakhmach.com', 'let in with credentials, answered 204 and 200', 'to be let in', ''],
        ['pass', 'null', 'kept out, answered 204 and 200', 'to be kept out: any sandbox has it', ''],
        [
          'fail',
          'https://dashboard.bakhmach.com.evil.example',
          'let in with credentials, answered 204 and 200',
          'to be kept out: it only looks alike',
          '',
        ],
        [
          'warn',
          'http://dashboard.bakhmach.com',
          'let in, answered 204 and 200',
          'to be kept out: it is without TLS',
          '',
        ],
        [
          'inconclusive',
          'https://origin-9f3a71.example',
          'not known, answered 503',
          'to be kept out: nobody has it',
          '',
        ],
      ]),
    ],
  },
  {
    item: 'Nothing is exposed that should not be',
    letter: 'f',
    kind: 'exposed',
    source: 'url: ${API_URL}\nexpect: clean',
    summary: 'exposed: /.env',
    target: 'https://api.bakhmach.com/',
    pictures: [
      checked(
        'paths',
        ['/.env', '/.git/HEAD', '/admin', '/backup.zip', '/phpinfo.php', '/server-status', '/wp-login.php'].map(
          (path, index) => [
            index === 0 ? 'fail' : index === 2 ? 'inconclusive' : 'pass',
            path,
            index === 0 ? '200' : index === 2 ? '429' : '404',
            'not to be there',
            '',
          ],
        ),
      ),
    ],
  },
  {
    item: 'A hundred requests are enough',
    letter: 'v',
    kind: 'ratelimit',
    source: 'url: ${API_URL}/login\nrequests: 100\nexpect: limited, retry_after <= 60s',
    summary: 'refused at request 61, after 840 ms',
    target: 'https://api.bakhmach.com/login',
    pictures: [
      checked('limit', [
        ['pass', 'refusal', 'at request 61', 'within 100 requests', ''],
        ['pass', 'Retry-After', '30 s', 'when to come again', ''],
        ['warn', 'RateLimit-Limit', 'not said', 'how much is allowed', ''],
      ]),
      {
        kind: 'rows',
        title: 'answers',
        columns: ['status', 'answers'],
        rows: [
          ['200', '60 times, last at 60'],
          ['429', 'once, at 61'],
        ],
      },
    ],
  },
  {
    item: 'Live updates arrive',
    letter: 'f',
    kind: 'websocket',
    source: 'url: wss://${API_HOST}/live\nsend: \'{"type":"ping"}\'\nexpect: answered',
    summary: 'the server closed with 1011 before it answered: out of memory',
    target: 'wss://api.bakhmach.com/live',
    pictures: [
      checked(
        'exchange',
        [
          ['pass', 'opened', '101 Switching Protocols', '', ''],
          ['pass', 'sent', '{"type":"ping","id":"4f0c2b7e-11aa-4a8e-9a35-2ce6dd3d9b0f"}', '', ''],
          ['fail', 'received', 'no message came', '', ''],
          ['fail', 'closed', '1011', '', ''],
        ],
        true,
      ),
    ],
  },
  {
    item: 'Mail can be sent',
    letter: 'f',
    kind: 'smtp',
    source: 'host: ${SMTP_HOST}\nuser: app\npassword: ${secret:SMTP}\nexpect: ready, auth',
    summary: 'it refuses the login: 535 5.7.8 authentication failed',
    target: 'mail.bakhmach.com:587',
    pictures: [
      checked(
        'dialogue',
        [
          ['pass', 'greeting', '220 mail.bakhmach.com ESMTP Postfix', '', ''],
          ['pass', 'ehlo', '250 mail.bakhmach.com\nPIPELINING\nSIZE 10240000\nSTARTTLS\nENHANCEDSTATUSCODES', '', ''],
          ['pass', 'starttls', '220 2.0.0 Ready to start TLS', '', ''],
          ['fail', 'auth', '535 5.7.8 authentication failed', '', ''],
        ],
        true,
      ),
    ],
  },
  {
    item: 'The bastion is the one we know',
    letter: 'f',
    kind: 'ssh',
    source: 'host: ${BASTION}\nkey: SHA256:0Q0wL2Jd0gq4uWfQ4rjX0m0gS0Tq8m9n0pQ2sV7bY1c',
    summary: 'another key than expected: ssh-ed25519 SHA256:k1…',
    target: 'bastion.bakhmach.com:22',
    pictures: [
      checked(
        'steps',
        [
          ['pass', 'banner', 'SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3', '', ''],
          ['pass', 'host key', 'ssh-ed25519 SHA256:k1nCq8m9n0pQ2sV7bY1c0Q0wL2Jd0gq4uWfQ4rjX0m0', '', ''],
          ['fail', 'expected key', 'another one', '', ''],
        ],
        true,
      ),
    ],
  },
  {
    item: 'The domain is renewed',
    letter: 'a',
    kind: 'domain',
    source: 'name: bakhmach.com\nexpect: active\nwarn: expires_in > 60d',
    summary: '41 days left, at Example Registrar',
    target: 'bakhmach.com',
    pictures: [
      {
        kind: 'life',
        title: 'domain',
        notBefore: '2026-01-02T04:00:00Z',
        notAfter: '2027-01-02T04:00:00Z',
        daysLeft: 41.2,
        limitDays: 60,
        facts: [
          { name: 'name', value: 'bakhmach.com' },
          { name: 'registrar', value: 'Example Registrar' },
          { name: 'nameservers', value: 'ns1.example.org, ns2.example.org' },
        ],
      },
    ],
  },
  {
    item: 'The edge answers pings',
    letter: 'a',
    kind: 'icmp',
    source: 'host: ${EDGE}\ncount: 10\nexpect: rtt_avg < 20ms\nwarn: loss == 0%',
    summary: '9 of 10 answered, 11.4 ms on average',
    target: 'edge.bakhmach.com',
    pictures: [
      {
        kind: 'series',
        title: 'round trips',
        unit: 'ms',
        limits: [20],
        lines: [
          {
            name: '',
            points: [11.2, 10.8, 11.9, 10.4, undefined, 12.8, 11.1, 10.9, 11.6, 12.2].map((value, index) => ({
              at: T + index * 200,
              ...(value === undefined ? {} : { value }),
            })),
          },
        ],
      },
    ],
  },
  {
    item: 'Backup script ends well',
    letter: 'v',
    kind: 'command',
    source: 'argv: [./scripts/check-backup.sh]\nexpect: exit == 0',
    summary: 'exit 0',
    target: './scripts/check-backup.sh',
    pictures: [
      {
        kind: 'text',
        title: 'stdout',
        text: 'backup hub-2026-11-22 found\n1.4 GB, 31 tables\nrestored in 41 s\n',
        note: '',
      },
      {
        kind: 'text',
        title: 'stderr',
        text: Array.from({ length: 40 }, (_, line) => `pg_restore: table ${line + 1} done`).join('\n'),
        note: '3.4 MB, only the beginning was kept',
      },
      {
        kind: 'facts',
        title: 'details',
        folded: true,
        facts: [
          { name: 'directory', value: 'deploy' },
          { name: 'exit', value: '0' },
        ],
      },
    ],
  },
  {
    item: 'Release is tagged',
    letter: 'v',
    kind: 'git',
    source: 'tag: v${version}\nexpect: clean, tagged, ahead == 0',
    summary: 'main at 9f3a71c04e, v2.4.0',
    target: 'the repository',
    pictures: [
      {
        kind: 'facts',
        title: '',
        folded: false,
        facts: [
          { name: 'branch', value: 'main' },
          { name: 'commit', value: '9f3a71c04e82b1d6aa0917c2f5b6c8d9e0f1a2b3' },
          { name: 'tags', value: 'v2.4.0' },
          { name: 'upstream', value: 'origin/main' },
          { name: 'behind', value: '0' },
          { name: 'ahead', value: '0' },
        ],
      },
    ],
  },
];

/** The items that stand on the fake checklist of pictures, and how each is dressed. */
export const PICTURES_CHECKLIST = `# What probes saw\n\n## Every picture\n### One item each\n${PICTURED.map((each) => `- [ ] ${each.item}`).join('\n')}\n- [ ] A probe that cannot be read\n`;
export const PICTURES_LETTERS = `${PICTURED.map((each) => each.letter).join('')}x`;

export const picturedOf = (item: string): Pictured | undefined => PICTURED.find((each) => each.item === item);
