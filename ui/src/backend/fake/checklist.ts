import type { FieldView } from '$generated/FieldView';
import type { ItemView } from '$generated/ItemView';
import type { PhaseView } from '$generated/PhaseView';
import type { SectionView } from '$generated/SectionView';

/** What the fake reads from a seed: enough to look like the real parser on these two files, no more. */
export interface FakeChecklist {
  title: string;
  phases: PhaseView[];
  items: ItemView[];
  roles: string[];
  contacts: FieldView[];
  fields: FieldView[];
  criteria: string[];
  resources: FieldView[];
  rollbackFence: string;
}

function slug(text: string): string {
  return (
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, '-')
      .replace(/^-|-$/gu, '') || 'item'
  );
}

/** An item of which nothing is known yet. */
export function openItem(id: string, number: string, text: string, line: number): ItemView {
  return {
    id,
    number,
    text,
    body: '',
    line,
    phase: '',
    section: '',
    depth: 0,
    track: 'work',
    stage: 'prepare',
    tile: 'open',
    status: 'open',
    marks: [],
    word: 'Open',
    summary: '',
    resolved: false,
    reason: '',
    probes: [],
    notes: [],
    evidence: [],
    proposals: [],
    conflicts: [],
  };
}

const STAGES: [RegExp, string][] = [
  [/review|ongoing|first week|within/iu, 'review'],
  [/post-deployment|monitoring$|during|first 24/iu, 'watch'],
  [/production deployment|^execution|deployment day|after deployment|smoke|performance validation/iu, 'deploy'],
];

/** Reads headings and task boxes of a seed. */
export function readChecklist(markdown: string): FakeChecklist {
  const found: FakeChecklist = {
    title: '',
    phases: [],
    items: [],
    roles: [],
    contacts: [],
    fields: [],
    criteria: [],
    resources: [],
    rollbackFence: '',
  };
  const ids = new Set<string>();
  let heading = '';
  let sectionTitle = '';
  let phase: PhaseView | undefined;
  let section: SectionView | undefined;
  let fence: string[] | null = null;
  const lines = markdown.split('\n');

  for (const [index, raw] of lines.entries()) {
    const line = index + 1;
    const text = raw.trim();
    if (text.startsWith('```')) {
      if (fence && /rollback/iu.test(heading)) found.rollbackFence = fence.join('\n');
      fence = fence ? null : [];
      continue;
    }
    if (fence) {
      fence.push(raw);
      continue;
    }
    const titled = /^(#{1,3}) (.+)$/u.exec(text);
    const group = /^\d+\. \*\*(.+)\*\*$/u.exec(text);
    if (titled?.[1] === '#') found.title = titled[2] ?? '';
    else if (titled?.[1] === '##') {
      heading = titled[2] ?? '';
      sectionTitle = '';
      phase = undefined;
      section = undefined;
    } else if (titled ?? group) {
      sectionTitle = (titled ? titled[2] : group?.[1]) ?? '';
      section = undefined;
    }

    const field = /^\*\*(.+)\*\*: _+$/u.exec(text);
    if (field) found.fields.push(labelled(field[1] ?? '', line));
    const bullet = /^- (?!\[ \])(.+)$/u.exec(text)?.[1];
    if (bullet && heading === 'Emergency Contacts') found.contacts.push(labelled(bullet.split(':')[0] ?? '', line));
    if (bullet && heading === 'Success Criteria') found.criteria.push(bullet.replace('✅ ', ''));
    if (bullet && heading === 'Resources') {
      const [label = '', value = ''] = bullet.split(': ');
      found.resources.push({ ...labelled(label, line), value: value.replaceAll('`', '') });
    }

    const box = /^- \[ \] (.+)$/u.exec(text)?.[1];
    if (!box) continue;
    if (/sign-off/iu.test(heading)) {
      found.roles.push((box.split(':')[0] ?? box).replace('/', ' / '));
      continue;
    }
    if (!phase) {
      const title = heading.replace(/^Phase \d+: /u, '').replace(/ Phase$/u, '');
      const window = /\(([^)]+)\)$/u.exec(title)?.[1];
      phase = {
        id: slug(heading),
        number: String(found.phases.length + 1),
        title: title.replace(/ \([^)]+\)$/u, ''),
        rollback: /rollback/iu.test(heading),
        sections: [],
      };
      found.phases.push(phase);
      if (window) windows.set(phase.id, window);
    }
    if (!section) {
      const titles = `${heading} ${sectionTitle}`;
      const window = windows.get(phase.id) ?? /within .+$/iu.exec(sectionTitle)?.[0];
      section = {
        id: `${phase.id}/${slug(sectionTitle || 'items')}`,
        number: sectionTitle ? `${phase.number}.${phase.sections.length + 1}` : phase.number,
        title: sectionTitle,
        stage: STAGES.find(([pattern]) => pattern.test(titles))?.[1] ?? 'prepare',
        ...(window ? { window } : {}),
        items: [],
      };
      phase.sections.push(section);
    }
    let id = `${section.id}/${slug(box)}`;
    while (ids.has(id)) id += '-2';
    ids.add(id);
    section.items.push(id);
    found.items.push({
      ...openItem(id, `${section.number}.${section.items.length}`, box, line),
      phase: phase.id,
      section: section.id,
      stage: section.stage,
      track: phase.rollback ? (/post-/iu.test(sectionTitle) ? 'followUp' : 'rollback') : 'work',
      ...(/\((if .+)\)/u.exec(box)?.[1] ? { condition: /\((if .+)\)/u.exec(box)?.[1] ?? '' } : {}),
      ...(/\(5-10%\)/u.test(box) ? { asks: { words: '5 to 10 %', unit: '%' } } : {}),
    });
  }
  const rollback = found.phases.filter((each) => each.rollback);
  found.phases = [...found.phases.filter((each) => !each.rollback), ...rollback];
  return found;
}

const windows = new Map<string, string>();

function labelled(label: string, line: number): FieldView {
  return { id: slug(label), label, value: '', remembered: '', line };
}
