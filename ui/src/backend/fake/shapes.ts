// Checklists of awkward shapes, on which the Map and the List are measured and looked at.

const words = ['configured', 'reviewed', 'tested', 'documented', 'verified', 'announced'];
const things = ['Load balancer', 'Read replica', 'Feature flags', 'Error budget', 'Runbook', 'Cache', 'Webhook'];

function items(count: number, from = 0): string {
  return Array.from({ length: count }, (_, index) => {
    const at = from + index;
    return `- [ ] ${things[at % things.length] ?? ''} ${words[at % words.length] ?? ''} ${at + 1}`;
  }).join('\n');
}

function sections(phases: number, each: number, perSection: number): string {
  return Array.from({ length: phases }, (_, phase) => {
    const rows = Array.from(
      { length: each },
      (_row, index) =>
        `### Section ${phase * each + index + 1}\n${items(perSection, (phase * each + index) * perSection)}`,
    );
    return `## Phase ${phase + 1} of many\n${rows.join('\n\n')}`;
  }).join('\n\n');
}

/** Markdown by name of its shape. */
export const SHAPES: Record<string, string> = {
  'sections-24': `# Twenty-four rows\n\n${sections(1, 24, 7)}`,
  'section-200': `# One long section\n\n## Before\n### Short\n${items(9)}\n\n## Devices\n### Every device\n${items(200)}\n\n## After\n### Short\n${items(6)}`,
  flat: `# No sections at all\n\n## Release\n${items(42)}`,
  'items-1000': `# A thousand\n\n${sections(10, 10, 10)}`,
  'items-10000': `# Ten thousand\n\n${sections(20, 20, 25)}`,
};

/** Statuses for any number of items, in a pattern that shows every tile. */
export const MIXED = 'dvddvvmadwnvdsvdbvdvfpvdovdoviovdoWoovo'.repeat(300);
