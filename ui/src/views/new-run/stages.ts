import type { PhaseView } from '$generated/PhaseView';
import type { StageChoice } from '$generated/StageChoice';

/** The stages of a deployment, in their order. */
export const STAGES = [
  { value: 'prepare', label: 'Prepare' },
  { value: 'deploy', label: 'Deploy' },
  { value: 'watch', label: 'Watch' },
  { value: 'review', label: 'Review' },
] as const;

/** How many items each stage holds, in words: `69 prepare · 14 deploy`. */
export function countsByStage(phases: readonly PhaseView[], stages: readonly StageChoice[]): string {
  const chosen = new Map(stages.map((each) => [each.section, each.stage]));
  const counts = new Map<string, number>();
  for (const phase of phases)
    if (!phase.rollback)
      for (const section of phase.sections) {
        const stage = chosen.get(section.id) ?? section.stage;
        counts.set(stage, (counts.get(stage) ?? 0) + section.items.length);
      }
  return STAGES.filter(({ value }) => counts.has(value))
    .map(({ value }) => `${counts.get(value)} ${value}`)
    .join(' · ');
}
