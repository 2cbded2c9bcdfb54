import { PbfWriter } from 'pbf'
import type { Attribute, ElementType, Graph, Node, Value } from './graph.ts'

/** The names that inputs and outputs have in the model; apart, because ONNX puts both in one name space. */
export const inputName = (name: string): string => `in:${name}`
export const outputName = (name: string): string => `out:${name}`

/** TensorProto.DataType of onnx.proto. */
export const dataType: Record<ElementType, number> = { float32: 1, int32: 6, int64: 7, bool: 9, uint32: 12 }
/** AttributeProto.AttributeType of onnx.proto. */
const attributeType = { float: 1, int: 2, string: 3, ints: 7 }
/** What a model is written as. */
export interface ModelForm {
  readonly irVersion: number
  readonly opsets: readonly { readonly domain: string; readonly version: number }[]
  inputName(name: string): string
  outputName(name: string): string
  /** Names of constants; the others are numbered. */
  readonly constantNames?: ReadonlyMap<Value, string>
  /** The sizes along the axes of inputs and outputs, where they are no numbers but have names. */
  readonly dimensions?: ReadonlyMap<Value, readonly (number | string)[]>
}

/** For ONNX Runtime alone, which comes with this package. IR version 10 and opset 20 belong together (ONNX 1.16). */
const own: ModelForm = {
  irVersion: 10,
  opsets: [
    { domain: '', version: 20 },
    { domain: 'com.microsoft', version: 1 },
  ],
  inputName,
  outputName,
}

interface Named {
  readonly name: string
  readonly value: Value
}

/** Writes a graph as an ONNX `ModelProto`. Field numbers are those of onnx.proto. */
export function encodeModel(graph: Graph, form: ModelForm = own): Uint8Array {
  const writer = new PbfWriter()
  writer.writeVarintField(1, form.irVersion)
  writer.writeStringField(2, 'sluice')
  writer.writeMessage(7, writeGraph, { graph, form })
  for (const opset of form.opsets) writer.writeMessage(8, writeOpset, opset)
  return writer.finish()
}

function writeGraph({ graph, form }: { readonly graph: Graph; readonly form: ModelForm }, writer: PbfWriter) {
  const shapeOf = (value: Value) => form.dimensions?.get(value) ?? value.shape
  const named = (name: string, value: Value) => ({ name, value, shape: shapeOf(value) })
  const inputs = [...graph.inputs].map(([name, value]) => named(form.inputName(name), value))
  const outputs = [...graph.outputs].map(([name, value]) => named(form.outputName(name), value))
  const names = new Map([
    ...(form.constantNames ?? []),
    ...[...inputs, ...outputs].map(({ name, value }) => [value, name] as const),
  ])
  const nameOf = (value: Value) => names.get(value) ?? `v${value.id}`
  const constants = new Set(graph.nodes.flatMap(node => node.inputs).filter(value => value.constant))

  for (const node of graph.nodes) {
    writer.writeMessage(1, writeNode, { node, inputs: node.inputs.map(nameOf), outputs: node.outputs.map(nameOf) })
  }
  writer.writeStringField(2, 'step')
  for (const value of constants) writer.writeMessage(5, writeTensor, { name: nameOf(value), value })
  for (const input of inputs) writer.writeMessage(11, writeValueInfo, input)
  for (const output of outputs) writer.writeMessage(12, writeValueInfo, output)
}

interface NamedNode {
  readonly node: Node
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
}

function writeNode({ node, inputs, outputs }: NamedNode, writer: PbfWriter) {
  for (const name of inputs) writer.writeStringField(1, name)
  for (const name of outputs) writer.writeStringField(2, name)
  writer.writeStringField(3, `${node.op} ${outputs[0]}`)
  writer.writeStringField(4, node.op)
  for (const attribute of Object.entries(node.attributes)) writer.writeMessage(5, writeAttribute, attribute)
  if (node.domain) writer.writeStringField(7, node.domain)
}

function writeAttribute([name, value]: [string, Attribute], writer: PbfWriter) {
  writer.writeStringField(1, name)
  if (typeof value === 'number') {
    writer.writeVarintField(3, value)
    writer.writeVarintField(20, attributeType.int)
  } else if (typeof value === 'string') {
    writer.writeBytesField(4, new TextEncoder().encode(value))
    writer.writeVarintField(20, attributeType.string)
  } else if ('float' in value) {
    writer.writeFloatField(2, value.float)
    writer.writeVarintField(20, attributeType.float)
  } else {
    for (const each of value) writer.writeVarintField(8, each)
    writer.writeVarintField(20, attributeType.ints)
  }
}

function writeTensor({ name, value }: Named, writer: PbfWriter) {
  const { buffer, byteOffset, byteLength } = value.constant!
  for (const length of value.shape) writer.writeVarintField(1, length)
  writer.writeVarintField(2, dataType[value.type])
  writer.writeStringField(8, name)
  writer.writeBytesField(9, new Uint8Array(buffer, byteOffset, byteLength))
}

interface Shaped extends Named {
  readonly shape: readonly (number | string)[]
}

function writeValueInfo(shaped: Shaped, writer: PbfWriter) {
  writer.writeStringField(1, shaped.name)
  writer.writeMessage(2, writeType, shaped)
}
const writeType = (shaped: Shaped, writer: PbfWriter) => writer.writeMessage(1, writeTensorType, shaped)
function writeTensorType({ value, shape }: Shaped, writer: PbfWriter) {
  writer.writeVarintField(1, dataType[value.type])
  writer.writeMessage(2, writeShape, shape)
}
function writeShape(shape: readonly (number | string)[], writer: PbfWriter) {
  for (const length of shape) writer.writeMessage(1, writeDimension, length)
}
function writeDimension(length: number | string, writer: PbfWriter) {
  if (typeof length === 'number') writer.writeVarintField(1, length)
  else writer.writeStringField(2, length)
}

function writeOpset({ domain, version }: ModelForm['opsets'][number], writer: PbfWriter) {
  writer.writeStringField(1, domain)
  writer.writeVarintField(2, version)
}
