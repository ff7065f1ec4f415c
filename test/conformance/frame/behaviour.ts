import { type Implementation, IMPLEMENTATIONS } from './ground.js';
import type { Stage } from './stage.js';

/** Another outcome, known and proved, where an implementation does not do as the behaviour says. */
export interface KnownDifference {
  /** Why, for whoever reads the list of differences. */
  readonly because: string;
  /** Proves what happens there instead. It must fail as soon as the behaviour itself is kept there. */
  instead(stage: Stage): Promise<void>;
}

/** One behaviour of the transport, written once and run on every ground. */
export interface Behaviour {
  /** The behaviour as a sentence; it is the test's name. */
  readonly says: string;
  /** Where it is written down: a section of the NestJS Kafka page, a test of Nest's, a design decision. */
  readonly source: string;
  prove(stage: Stage): Promise<void>;
  readonly differs?: Readonly<Partial<Record<Implementation, KnownDifference>>>;
}

/** Behaviours of one subject. */
export interface Subject {
  readonly name: string;
  readonly behaviours: readonly Behaviour[];
  /** What all of them share on one ground: opened before the first, given to each as `stage.scene`, closed after the last. */
  readonly open?: (stage: Stage) => Promise<unknown>;
}

type Prove<Scene> = (scene: Scene, stage: Stage) => Promise<void>;

/** A behaviour of a subject that shares a scene. */
export interface SceneBehaviour<Scene> extends Omit<Behaviour, 'prove' | 'differs'> {
  readonly prove: Prove<Scene>;
  readonly differs?: Readonly<
    Partial<Record<Implementation, Omit<KnownDifference, 'instead'> & { readonly instead: Prove<Scene> }>>
  >;
}

/** A subject whose behaviours share what is dear to open, such as an application and its client. */
export function sharing<Scene>(
  name: string,
  open: (stage: Stage) => Promise<Scene>,
  behaviours: readonly SceneBehaviour<Scene>[],
): Subject {
  const onStage = (prove: Prove<Scene>) => (stage: Stage) => prove(stage.scene as Scene, stage);
  return {
    name,
    open,
    behaviours: behaviours.map(({ prove, differs = {}, ...behaviour }) => ({
      ...behaviour,
      prove: onStage(prove),
      differs: Object.fromEntries(
        Object.entries(differs).map(([key, { because, instead }]) => [key, { because, instead: onStage(instead) }]),
      ),
    })),
  };
}

/** Throws when the list itself is wrong: a sentence twice, no source, a difference of an implementation that is none. */
export function checkSubjects(subjects: readonly Subject[]): void {
  const faults: string[] = [];
  const seen = new Set<string>();
  for (const { name, behaviours } of subjects) {
    if (behaviours.length === 0) faults.push(`subject "${name}" has no behaviours`);
    for (const { says, source, differs = {} } of behaviours) {
      if (seen.has(says)) faults.push(`"${says}" is listed twice`);
      seen.add(says);
      if (source.trim() === '') faults.push(`"${says}" cites no source`);
      for (const key of Object.keys(differs)) {
        if (!(IMPLEMENTATIONS as readonly string[]).includes(key)) {
          faults.push(`"${says}" lists a difference of "${key}"; there are ${IMPLEMENTATIONS.join(', ')}`);
        }
      }
    }
  }
  if (faults.length > 0) throw new Error(`the behaviours are listed wrongly:\n- ${faults.join('\n- ')}`);
}
