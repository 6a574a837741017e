/** A run's name without its release, since the release is shown beside it. */
export function nameOf(run: { name: string; release: string }): string {
  const { name, release } = run;
  return release && name.endsWith(release) ? name.slice(0, -release.length).trimEnd() || name : name;
}

/** Name and release as one title. */
export function titleOf(run: { name: string; release: string }): string {
  return [nameOf(run), run.release].filter(Boolean).join(' ');
}
