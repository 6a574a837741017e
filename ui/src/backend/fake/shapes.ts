// Checklists of awkward shapes, on which the Map and the List are measured and looked at.

import { PICTURES_CHECKLIST } from './pictures';

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

const LONG =
  'Confirm with the on-call engineers of all four regions that the replication lag of every read replica stayed under five seconds for the whole of the previous maintenance window, that no alert was silenced by hand meanwhile, and that the dashboards at `https://grafana.example.com/d/replication-overview?orgId=1&from=now-24h` show the same numbers';

const ROLES = [
  'Product Owner',
  'Engineering Lead',
  'DevOps / Infrastructure',
  'QA Lead',
  'Security Lead',
  'Database Administrator',
  'Datenschutzbeauftragte des Verantwortungsbereichs',
  'Керівниця служби підтримки',
  'Release Manager',
  'Site Reliability',
  'Legal',
  'Finance',
];

/** What people really write: very long, in other languages, without a place to break. */
const AWKWARD = `# Bereitstellungsprüfliste der Warenwirtschaftsdienstleistungsgesellschaft

## Datenbankmigrationsvorbereitungen und Wiederherstellungsübungen
### Geschwindigkeitsüberwachungseinrichtungen
- [ ] ${LONG}
- [ ] Aufwärtskompatibilität der Schnittstellenbeschreibungsdokumente sichergestellt
- [ ] https://artifacts.example.com/releases/2.4.0-rc.12+build.77/warenwirtschaft-2.4.0-rc.12+build.77-linux-x86_64.tar.gz
${items(7)}

## Підготовка до розгортання
### Перевірка резервних копій і відновлення
- [ ] Резервну копію створено, перевірено й відновлено на окремому сервері не раніше ніж за добу до розгортання
- [ ] Усіх чергових інженерів повідомлено про вікно обслуговування та спосіб зв’язку на випадок відкату
${items(5, 7)}

## Sign-off
${ROLES.map((role) => `- [ ] ${role}: ____`).join('\n')}
`;

/** What a run of the awkward checklist is called, and forty variables of its environment. */
export const AWKWARD_RUN = {
  name: 'Warenwirtschaftsdienstleistungsgesellschaft, Rechenzentrum Frankfurt am Main',
  release: '2.4.0-rc.12+build.77',
  environment: 'production-eu-central-1-blue',
  deployAt: '2027-11-24T16:00:00Z',
  deployText: 'Wed 24 Nov 2027, 18:00 Europe/Kyiv (UTC+02:00)',
  line: 'production-eu-central-1-blue · in 366 days',
};
export const AWKWARD_VARIABLES = Array.from({ length: 40 }, (_, index) => ({
  name: `WARENWIRTSCHAFT_SERVICE_${index + 1}_INTERNAL_BASE_URL`,
  value: `https://service-${index + 1}.warenwirtschaft.internal.eu-central-1.example.com:8443/api/v2`,
}));

/** Markdown by name of its shape; `pictures` has an item for every picture of a result. */
export const SHAPES: Record<string, string> = {
  'sections-24': `# Twenty-four rows\n\n${sections(1, 24, 7)}`,
  'section-200': `# One long section\n\n## Before\n### Short\n${items(9)}\n\n## Devices\n### Every device\n${items(200)}\n\n## After\n### Short\n${items(6)}`,
  awkward: AWKWARD,
  pictures: PICTURES_CHECKLIST,
  flat: `# No sections at all\n\n## Release\n${items(42)}`,
  'items-1000': `# A thousand\n\n${sections(10, 10, 10)}`,
  'items-10000': `# Ten thousand\n\n${sections(20, 20, 25)}`,
};

/** Statuses for any number of items, in a pattern that shows every tile. */
export const MIXED = 'dvddvvmadwnvdsvdbvdvfpvdovdoviovdoWoovo'.repeat(300);
