import type { Act } from '$generated/Act';
import type { ItemView } from '$generated/ItemView';
import type { Mark } from '$generated/Mark';
import type { Measure } from '$generated/Measure';
import type { ProbeView } from '$generated/ProbeView';
import type { WatchRule } from '$generated/WatchRule';
import type { Tile } from '$generated/Tile';
import type { FakeChecklist } from './checklist';
import { picturedOf } from './pictures';
import { RULE, watchOf } from './watches';

export const PEOPLE = ['Oksana Kovalenko', 'Danylo Savchuk', 'Taras Bondar', 'Iryna Melnyk'];
/** The instant at which the fake's clock stands when it starts, so that pictures are the same each day. */
export const NOW = Date.parse('2026-11-22T09:48:00Z');

let events = 0;
/** A new event id; any 64 hex digits will do. */
export function eventId(): string {
  events += 1;
  return (events * 2_654_435_761).toString(16).padStart(12, '0').repeat(6).slice(0, 64);
}

export function act(who: string, minutesAgo = 0): Act {
  return { event: eventId(), who, device: '9f3a', at: new Date(NOW - minutesAgo * 60_000).toISOString() };
}

interface Look {
  tile: Tile;
  status: string;
  word: string;
  marks: Mark[];
  resolved: boolean;
}

/** What each letter of a dressing means. */
const LOOKS: Record<string, Look> = {
  o: { tile: 'open', status: 'open', word: 'Open', marks: [], resolved: false },
  d: { tile: 'done', status: 'done', word: 'Done', marks: [], resolved: true },
  v: { tile: 'verified', status: 'done', word: 'Verified by probe', marks: ['verified'], resolved: true },
  w: { tile: 'waived', status: 'waived', word: 'Waived', marks: [], resolved: true },
  n: { tile: 'notApplicable', status: 'notApplicable', word: 'Not applicable', marks: [], resolved: true },
  s: { tile: 'stale', status: 'done', word: 'Stale', marks: ['stale'], resolved: false },
  b: { tile: 'blocked', status: 'blocked', word: 'Blocked', marks: [], resolved: false },
  f: { tile: 'failed', status: 'failed', word: 'Failed', marks: [], resolved: false },
  i: { tile: 'inconclusive', status: 'open', word: 'Inconclusive', marks: [], resolved: false },
  m: { tile: 'measured', status: 'open', word: 'Measured, needs a word', marks: ['measured'], resolved: false },
  a: { tile: 'warning', status: 'done', word: 'Passed with a warning', marks: ['verified'], resolved: true },
  W: { tile: 'watching', status: 'watching', word: 'Watching', marks: [], resolved: false },
  x: { tile: 'open', status: 'open', word: 'Open', marks: [], resolved: false },
  p: { tile: 'inProgress', status: 'inProgress', word: 'In progress', marks: [], resolved: false },
};

/** Bakhmach as the sketches show it, one letter an item, one word a section. */
export const BAKHMACH =
  'ddvdwdd vdvddv mdvdav dnsvd ddobo vvvvf ddvvv vovpo ooooW oooooo oonoo vmio vvfvv ooo ooo ooo ovovoo odvooovdi vovooi dvvovv ooooo ooooo oooo ooooo ooooo';
export const HAMSAYA =
  'dddvdd vvvddpooo ddddd vvvvvvov vvodo dvvddd vvddvvdo ddoo ddddddvvo oooooo ooooo oooooooo ooooo ooooo ooooooo ooooooo oooooooo ooooo ooooo ooo';

interface ProbeFacts {
  watch?: WatchRule;
  kind: string;
  summary: string;
  measure?: Measure;
  source?: string;
  proves?: string;
}

const load = (metric: string, limit: string, measure: Measure): ProbeFacts => ({
  kind: 'load',
  summary: measure.value,
  measure,
  source: `expect: ${metric} ${limit}\nref: load1\nfresh: 4h after deployment`,
});

/** What the probes of some Bakhmach items found, by the text of the item. */
const FACTS: Record<string, ProbeFacts> = {
  'Production environment ready': { kind: 'http', summary: '200 in 41 ms', proves: 'part' },
  'Environment variables configured': { kind: 'dotenv', summary: '38 of 38 found' },
  'SSL/TLS certificates valid': {
    kind: 'tls',
    summary: '19 days left',
    measure: { value: '19 days left', limit: 'warn below 21', verdict: 'warn' },
    source: 'host: api.bakhmach.com\nexpect: chain_ok, valid_for > 7d\nwarn: valid_for > 21d',
  },
  'DNS records prepared': { kind: 'dns', summary: '3 of 3 resolvers agree' },
  'Backup systems verified': {
    kind: 'command',
    summary: 'newest backup 31 h old',
    measure: { value: '31 h', limit: 'limit 24 h', fraction: 1, limitFraction: 0.8, verdict: 'fail' },
  },
  'GitHub API responding': { kind: 'http', summary: '200 in 84 ms' },
  'Stripe API operational': { kind: 'http', summary: '200 in 121 ms', proves: 'part' },
  'Email service working': { kind: 'smtp', summary: 'no STARTTLS answer' },
  'Logging service available': { kind: 'http', summary: '' },
  'p50 latency < 50ms': load('p50', '< 50ms', {
    value: '31 ms',
    limit: 'limit 50 ms',
    fraction: 0.5,
    limitFraction: 0.8,
    verdict: 'pass',
  }),
  'p95 latency < 200ms': load('p95', '< 200ms', {
    value: '143 ms',
    limit: 'limit 200 ms',
    fraction: 0.57,
    limitFraction: 0.8,
    verdict: 'pass',
  }),
  'p99 latency < 500ms': load('p99', '< 500ms', {
    value: '612 ms',
    limit: 'limit 500 ms',
    fraction: 0.98,
    limitFraction: 0.8,
    verdict: 'fail',
  }),
  'Throughput > 1000 req/s': load('throughput', '> 1000/s', {
    value: '1 198 /s',
    limit: 'at least 1 000 /s',
    fraction: 0.81,
    limitFraction: 0.8,
    verdict: 'pass',
  }),
  'No error spikes in logs': {
    kind: 'promql',
    summary: '',
    watch: RULE,
    source: 'url: ${PROM_URL}\nquery: 100 * rate(errors[1m])\nunit: "%"\nexpect: value < 0.1%\nwatch: 1h every 1m',
  },
  'All tests passing locally': { kind: 'command', summary: '412 passed' },
  'Code coverage > 85%': {
    kind: 'command',
    summary: '91.4 %',
    measure: { value: '91.4 %', limit: 'above 85 %', fraction: 0.86, limitFraction: 0.8, verdict: 'pass' },
  },
};

const ERROR_RATE = load('errors', '< 0.1%', {
  value: '0.02 %',
  limit: 'limit 0.1 %',
  fraction: 0.16,
  limitFraction: 0.8,
  verdict: 'pass',
});

const VERDICT: Record<string, string> = { v: 'pass', m: 'pass', a: 'warn', f: 'fail', i: 'inconclusive', s: 'pass' };

function probeOf(item: ItemView, letter: string, index: number): ProbeView | undefined {
  if (letter === 'x')
    return {
      hash: '',
      kind: 'tls',
      source: '',
      line: item.line,
      proves: 'all',
      state: 'broken',
      summary: '',
      problem: '`valid_for` is a time and `21` has no unit; write `21d` (line 22, column 31)',
    };
  const verdict = VERDICT[letter];
  const facts: ProbeFacts | undefined =
    item.text === 'Error rate < 0.1%' ? ERROR_RATE : (picturedOf(item.text) ?? FACTS[item.text]);
  if (!verdict && !facts) return undefined;
  const kind = facts?.kind ?? (['http', 'command', 'file', 'tcp'][index % 4] as string);
  const passed: Record<string, string> = {
    http: `200 in ${34 + ((index * 37) % 120)} ms`,
    command: 'exit 0',
    file: 'found, 2 kB',
    tcp: `open in ${3 + (index % 9)} ms`,
  };
  const summary =
    facts?.summary || (verdict === 'inconclusive' ? 'no answer in 5 s' : verdict ? (passed[kind] ?? '') : '');
  return {
    hash: eventId(),
    kind,
    source: facts?.source ?? `url: \${API_URL}/health\nexpect: status == 200, time < 2s`,
    line: item.line,
    proves: facts?.proves ?? 'all',
    state: facts?.watch && !verdict ? 'watch' : !verdict ? 'due' : letter === 's' ? 'stale' : 'fresh',
    ...(verdict ? { verdict, at: new Date(NOW - (20 + index) * 60_000).toISOString() } : {}),
    summary,
    ...(facts?.measure ? { measure: facts.measure } : {}),
    ...(facts?.watch ? { watch: facts.watch } : {}),
  };
}

/** Gives the items of a checklist the statuses of a dressing. */
export function dress(checklist: FakeChecklist, letters: string): ItemView[] {
  const flat = letters.replaceAll(' ', '');
  let work = -1;
  return checklist.items.map((item, index) => {
    if (item.track !== 'work') return item;
    work += 1;
    const letter = flat[work] ?? 'o';
    const look = LOOKS[letter];
    if (!look) return item;
    const probe = probeOf(item, letter, index);
    const who = PEOPLE[index % PEOPLE.length] ?? '';
    const due =
      item.stage === 'prepare'
        ? { at: '2026-11-23T16:00:00Z', relative: 'T-1d' }
        : { at: '2026-11-24T17:00:00Z', relative: 'T+1h' };
    return {
      ...item,
      ...look,
      summary: probe?.summary ?? REASONS[letter] ?? '',
      reason: REASONS[letter] ?? '',
      ...(probe?.measure ? { measure: probe.measure } : {}),
      ...('dwnbp'.includes(letter) ? { act: act(who, 60 + index * 7) } : {}),
      probes: probe ? [probe] : [],
      ...(probe?.watch && letter === 'W' ? { watch: watchOf(probe.hash, NOW - 38 * 60_000) } : {}),
      ...(index % 6 === 2 ? {} : { assignee: who }),
      due: { ...due, overdue: false, set: false },
      ...extras(item, letter),
    };
  });
}

const REASONS: Record<string, string> = {
  w: 'Scanner licence expires; the vendor renews it on Thursday',
  n: 'Migration is additive, there is nothing to roll back',
  b: 'Waiting for the database window',
};

function extras(item: ItemView, letter: string): Partial<ItemView> {
  if (item.text === 'p99 latency < 500ms')
    return {
      notes: [
        {
          text: 'Slow query on `sync_records` after the index change. Fix is in review.',
          act: act('Taras Bondar', 45),
        },
      ],
      evidence: [
        evidence('load1.hlog', 'application/octet-stream', 41_213),
        evidence('grafana-p99.png', 'image/png', 220_411),
      ],
    };
  if (letter === 'w')
    return {
      proposals: [
        {
          event: eventId(),
          kind: 'waiver',
          reason: REASONS['w'] ?? '',
          until: '2026-12-01T00:00:00Z',
          act: act('Danylo Savchuk', 300),
          state: 'accepted',
          decided: act('Iryna Melnyk', 280),
          selfAccepted: false,
          mayAccept: false,
        },
      ],
    };
  return {};
}

export function evidence(name: string, mediaType: string, size: number) {
  return { event: eventId(), digest: eventId(), name, mediaType, size, here: true, act: act('Taras Bondar', 40) };
}
