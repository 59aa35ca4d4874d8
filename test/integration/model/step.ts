import type { Draw } from '../../support/draw.ts';
import type { Party, Stage } from './stage.ts';

/** Something that happens, and how it reads in the story of a failure. */
export interface Step {
  readonly text: string;
  readonly play: () => Promise<void>;
}

/** Draws a step of one kind; undefined where it makes no sense as things are. */
export type StepKind = (draw: Draw, stage: Stage, party: Party) => Step | undefined;
