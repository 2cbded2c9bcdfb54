// For the rooms that see diagnostics only through this one.
export { didYouMean } from '../diagnostic/nearest.ts'
