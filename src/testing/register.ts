// The public entry `sluice/register`: lets Node run TypeScript, so that a stage's test needs no other package and no build.
//   node --import sluice/register --test my-stage.test.ts
import 'jiti/register'
