import { fill, is_zh } from '../i18n'
import { review_words } from './review_catalogue'

export type ReviewWord = keyof typeof review_words
export const rw = (word: ReviewWord, values: Record<string, string | number> = {}): string => fill(review_words[word][is_zh() ? 1 : 0], values)
