import type { ChecklistPreview } from '$generated/ChecklistPreview';
import { readChecklist } from './checklist';
import { ME } from './run';
import { SEEDS } from './seeds';

/** A seed as the window shows it before any question. */
export function previewOf(source: string, environments: string[]): ChecklistPreview {
  const markdown = SEEDS[source];
  if (markdown === undefined)
    throw { code: 'not-found', message: 'There is no file at this place.', place: source, hint: 'Choose it again.' };
  const read = readChecklist(markdown);
  const work = read.items.filter((item) => item.track === 'work');
  const prepare = work.filter((item) => item.stage === 'prepare').length;
  return {
    source,
    title: read.title,
    file: source.replace('bundled:', ''),
    digest: '5c2e'.repeat(16),
    phases: read.phases,
    items: read.items,
    workItems: work.length,
    rollbackSteps: read.items.length - work.length,
    findings:
      read.contacts.length > 0
        ? [
            {
              severity: 'warning',
              code: 'unfilled-contact',
              message: '4 contacts are still to be filled.',
              line: read.contacts[0]?.line ?? 1,
              column: 1,
              hint: 'They can be filled in the run.',
            },
          ]
        : [],
    offeredBullets: 0,
    suggestions: [
      {
        kind: 'http',
        probe: 'http url=https://api.bakhmach.com/health expect="status == 200"',
        yaml: 'probe: http\nurl: https://api.bakhmach.com/health\nexpect: status == 200\n',
        blanks: [],
        why: 'A curl line asks this address.',
        line: 87,
        ...(work[0] ? { item: work[0].id } : {}),
      },
      {
        kind: 'tls',
        probe: 'tls host=${API_HOST} expect="chain_ok"',
        yaml: 'probe: tls\nhost: ${API_HOST}\nexpect: chain_ok\n',
        blanks: ['API_HOST'],
        why: 'The item speaks of a certificate.',
        line: 91,
        ...(work[1] ? { item: work[1].id } : {}),
      },
      {
        kind: 'tcp',
        probe: 'tcp host=${DB_HOST} port=5432 expect="connected"',
        yaml: 'probe: tcp\nhost: ${DB_HOST}\nport: 5432\nexpect: connected\n',
        blanks: ['DB_HOST'],
        why: 'The block connects to PostgreSQL without saying where.',
        line: 96,
      },
    ],
    probesInto: 'markdown',
    proposal: {
      source,
      name: read.title.replace(/^Deployment Checklist for | Deployment Checklist$/gu, ''),
      release: '',
      environment: 'production',
      otherEnvironments: ['staging'],
      deployAt: '',
      zone: 'Europe/Kyiv',
      owner: ME,
      stages: read.phases.flatMap((phase) => phase.sections.map(({ id, stage }) => ({ section: id, stage }))),
      points: [
        { id: 'go-no-go', title: 'Go/no-go', covers: `${prepare} items of Prepare`, count: prepare, used: true },
        { id: 'acceptance', title: 'Acceptance', covers: `all ${work.length} items`, count: work.length, used: true },
      ],
      roles: read.roles,
      conditions: read.items.filter((item) => item.condition).map((item) => ({ id: item.id, reason: '' })),
      profile: 'full',
      ticked: 'open',
      bulletsAsItems: false,
      ownerMaySign: false,
    },
    asks: {
      conditions: read.items
        .filter((item) => item.condition)
        .map((item) => ({ id: item.id, words: item.condition ?? '', items: [item.text] })),
      ticked: 0,
      environments,
      roles: read.roles,
      offeredRoles: read.contacts.map((each) => each.label),
      variables: ['API_URL', 'API_HOST'],
      secrets: ['TOKEN'],
      profiles: ['full'],
    },
  };
}
