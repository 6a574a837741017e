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
        kind: 'certificate',
        subject: 'CN=api.bakhmach.com',
        issuer: 'R11, Let’s Encrypt',
        notBefore: '2026-09-12T06:10:00Z',
        notAfter: '2026-12-11T06:10:00Z',
        daysLeft: 19.9,
        limitDays: 21,
        names: ['api.bakhmach.com', 'www.bakhmach.com'],
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
      {
        kind: 'checks',
        title: 'failed tests',
        checks: [
          { mark: 'fail', name: 'tests.sync.test_conflict: keeps the newer write', found: '', why: '' },
          { mark: 'fail', name: 'tests.api.test_limits: 429 after a hundred', found: '', why: '' },
        ],
      },
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
      {
        kind: 'checks',
        title: 'headers',
        checks: [
          { mark: 'pass', name: 'Strict-Transport-Security', found: 'max-age=63072000; includeSubDomains', why: '' },
          {
            mark: 'fail',
            name: 'Content-Security-Policy',
            found: "script-src 'self' 'unsafe-inline'",
            why: 'unsafe-inline lets any injected script run',
          },
          { mark: 'pass', name: 'X-Content-Type-Options', found: 'nosniff', why: '' },
          {
            mark: 'warn',
            name: 'Referrer-Policy',
            found: 'no-referrer-when-downgrade',
            why: 'the whole address goes to other hosts',
          },
          { mark: 'pass', name: 'X-Frame-Options', found: 'DENY', why: '' },
          { mark: 'skipped', name: 'Set-Cookie', found: '', why: 'no cookie is set' },
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
