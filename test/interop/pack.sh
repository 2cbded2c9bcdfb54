#!/bin/sh
# What someone gets who installs the package: packs it, installs the archive in an empty project, and trains there, with a
# stage of that project's own. Needs the npm registry and some minutes, so CI leaves it out:
#   sh test/interop/pack.sh
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
project=$(mktemp -d)
trap 'rm -rf "$project"' EXIT
fail() {
  echo "FAILED: $*" >&2
  exit 1
}

cd "$root"
npm pack --silent --pack-destination "$project"

cd "$project"
echo '{ "private": true }' > package.json
npm install ./sluice-*.tgz --onnxruntime-node-install=skip
for package in tfjs-node tfjs-node-gpu; do
  [ ! -e "node_modules/@tensorflow/$package" ] || fail "$package was installed"
done

cp -R "$root/test/cases/63-ways-to-write-a-learning-rate/input.json" "$root/test/cases/63-ways-to-write-a-learning-rate/m" .
cat > drop-short.ts << 'EOF'
import { defineStage, Type } from 'sluice'
import { Examples, keepQuestions } from 'sluice/squad'

export default defineStage({
  name: 'drop-short',
  version: 1,
  summary: 'Drops questions with fewer than `min` words.',
  config: Type.Object({ min: Type.Integer({ minimum: 1, default: 3 }) }),
  inputs: { examples: Examples },
  outputs: { examples: Examples },
  run({ config, inputs: { examples } }) {
    const long = (question: string) => question.split(' ').length >= config.min
    return { examples: keepQuestions(examples, index => long(examples.questions[index]!)) }
  },
})
EOF
cat > tiny.yaml << 'EOF'
name: tiny
stages:
  read: { with: { file: ./input.json, for: training } }
  drop-short: { uses: ./drop-short.ts }
  tokenize: { with: { vocab: ./m } }
  span: { with: { max_seq_length: 32, doc_stride: 8, max_query_length: 8 } }
  cache: {}
  train: { with: { model: ./m, train_batch_size: 2 } }
  save: { with: { output_dir: ./out } }
EOF

npx --no-install sluice run tiny.yaml | tee run.txt
grep -q '^train: engine onnx: `auto` takes ' run.txt || fail 'the run does not say which engine `auto` took'
[ -s out/model.safetensors ] || fail 'no model was saved'
npx --no-install sluice plan tiny.yaml --exit-code > plan.txt || fail 'a second run would do something'

code=0
timeout 10 npx --no-install sluice run tiny.yaml --set stages.train.with.engine=tensorflow > error.txt 2>&1 || code=$?
cat error.txt
[ "$code" = 2 ] || fail "engine tensorflow ended with $code, not 2"
grep -q 'npm install @tensorflow/tfjs-node@4.22.0' error.txt || fail 'the error does not name the package'

echo 'packed, installed, trained: all as it should be'
