import type { EnvironmentView } from '$generated/EnvironmentView';
import type { ItemView } from '$generated/ItemView';
import type { LoadAsked } from '$generated/LoadAsked';
import type { LoadProgress } from '$generated/LoadProgress';
import type { Picture } from '$generated/Picture';

/** How long the fake's load lasts, in milliseconds. */
const LASTS = 12_000;

/** What a person is asked about load in an environment. */
export function askedOf(environment: string, environments: readonly EnvironmentView[]): LoadAsked {
  const host = environment === 'production' ? 'api.bakhmach.com' : 'staging.bakhmach.com';
  const known = environments.find((each) => each.name === environment);
  return {
    target: `${host}:443`,
    host,
    environment,
    allowed: known?.loadHosts.includes(host) ?? false,
    production: environment === 'production' ? 'the environment is called production' : '',
    facts: [
      { name: 'Rate', value: '1,200 requests per second' },
      { name: 'Lasts', value: '60 s, after 5 s of warm-up' },
      { name: 'Requests in all', value: '78,000' },
      { name: 'Connections', value: 'at most 200' },
    ],
  };
}

/** What is told of an item's load a fifth of a second after the other, until it is over. */
export function goingOf(batch: number, run: string, item: ItemView, atMs: number): LoadProgress {
  const share = atMs / LASTS;
  const slow = share > 0.55 && share < 0.7;
  return {
    batch,
    run,
    item: item.id,
    probe: item.probes[0]?.hash ?? '',
    phase: atMs < 800 ? 'warmUp' : 'measuring',
    atMs,
    totalMs: LASTS,
    asked: 1200,
    reached: 1200 - (atMs % 7),
    sent: Math.round(atMs * 1.2),
    errors: share > 0.6 ? 14 : 0,
    ...(atMs < 800
      ? {}
      : {
          errorPercent: share > 0.6 ? 1400 / (atMs * 1.2) : 0,
          p50Ms: 28 + 3 * Math.sin(atMs / 900),
          p95Ms: slow ? 190 : 131 + 12 * Math.sin(atMs / 700),
          p99Ms: (share > 0.55 ? 540 : 260) + 40 * Math.sin(atMs / 500),
        }),
    connections: 64,
    waiting: slow ? 118 : 0,
    cpuPercent: 31,
  };
}

export const isOver = (atMs: number) => atMs >= LASTS;

/** A run of load with a second in which the server stood still. */
export function loadPictures(): Picture[] {
  const percents = [0, 20, 40, 50, 60, 70, 75, 80, 85, 87.5, 90, 92.5, 94, 95, 96, 97, 98, 98.5, 99, 99.3, 99.6, 99.8];
  const tail = [99.9, 99.95, 99.98, 99.99, 99.995, 99.998, 100];
  const corrected = [...percents, ...tail].map((percent) => ({
    percent,
    value: Math.min(
      2060,
      18 + percent * 0.26 + (percent > 90 ? (percent - 90) ** 2 * 7.2 : 0) + (percent > 99.5 ? 1200 : 0),
    ),
  }));
  const raw = corrected.map(({ percent, value }) => ({
    percent,
    value:
      percent > 97 && percent < 99.9 ? 92 + (percent - 97) * 14 : Math.min(value, percent > 90 ? 150 + percent : 90),
  }));
  const seconds = Array.from({ length: 60 }, (_, second) => 1_795_337_400_000 + second * 1000);
  return [
    {
      kind: 'curve',
      title: 'latency',
      unit: 'ms',
      lines: [
        { name: 'corrected', samples: 71_880, points: corrected },
        { name: 'raw', samples: 71_866, points: raw },
      ],
      marks: [
        { text: 'p50 < 50ms', percent: 50, limit: 50, measured: 31, verdict: 'pass', item: '6.1.1' },
        { text: 'p95 < 200ms', percent: 95, limit: 200, measured: 143, verdict: 'pass', item: '6.1.2' },
        { text: 'p99 < 500ms', percent: 99, limit: 500, measured: 612, verdict: 'fail', item: '' },
      ],
    },
    {
      kind: 'series',
      title: 'latency over time',
      unit: 'ms',
      limits: [],
      lines: (
        [
          ['p50', 30, 40],
          ['p95', 130, 320],
          ['p99', 240, 2050],
        ] as const
      ).map(([name, usual, frozen]) => ({
        name,
        points: seconds.map((at, second) => ({
          at,
          value: second === 31 || second === 32 ? frozen : usual + (second % 5),
        })),
      })),
    },
    {
      kind: 'rows',
      title: 'percentiles',
      columns: ['percentile', 'corrected', 'raw'],
      rows: [
        ['p50', '31 ms', '31 ms'],
        ['p95', '143 ms', '121 ms'],
        ['p99', '612 ms', '128 ms'],
        ['p99.9', '1950 ms', '141 ms'],
        ['longest', '2060 ms', '2011 ms'],
      ],
    },
    {
      kind: 'rows',
      title: 'answers',
      columns: ['what came back', 'requests', 'share'],
      rows: [
        ['status 200', '71\u202f866', '99.981 %'],
        ['status 503', '9', '0.013 %'],
        ['never sent, no connection was free', '5', '0.007 %'],
      ],
    },
    {
      kind: 'facts',
      title: 'details',
      folded: true,
      facts: [
        { name: 'asked / reached', value: '1 200 / 1 198 per s' },
        { name: 'client CPU', value: '31 %' },
      ],
    },
  ];
}
