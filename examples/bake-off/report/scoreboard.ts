import { z } from 'zod'

/** From a full point to none at all; how an implementation fared with one check. */
export const VERDICTS = ['right', 'wrong', 'threw', 'crashed', 'timed-out'] as const
export type Verdict = (typeof VERDICTS)[number]

const ScoreSchema = z.strictObject({ verdict: z.enum(VERDICTS), detail: z.string().optional() })
export type Score = z.infer<typeof ScoreSchema>

const ContestantSchema = z.strictObject({
  name: z.string().min(1),
  version: z.string(),
  /** By the id of the check. One that is missing is an error of whoever counted. */
  scores: z.record(z.string(), ScoreSchema),
  /** Its time as a multiple of a yardstick, over those checks that could be timed; absent where none could. */
  time: z.number().positive().optional(),
})
export type Contestant = z.infer<typeof ContestantSchema>

/** All that a report is made from. */
export const ScoreboardSchema = z.strictObject({
  title: z.string().min(1),
  sections: z.array(
    z.strictObject({
      name: z.string(),
      title: z.string(),
      source: z.string(),
      /** The checks by id, each with what was asked. */
      checks: z.array(z.strictObject({ id: z.string(), question: z.string() })),
    }),
  ),
  contestants: z.array(ContestantSchema),
})
export type Scoreboard = z.infer<typeof ScoreboardSchema>
