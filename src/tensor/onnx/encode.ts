import { PbfWriter } from 'pbf'
import type { Attribute, ElementType, Graph, Node, Value } from './graph.ts'

/** The names that inputs and outputs have in the model; apart, because ONNX puts both in one name space. */
export const inputName = (name: string): string => `in:${name}`
export const outputName = (name: string): string => `out:${name}`

/** TensorProto.DataType of onnx.proto. */
export const dataType: Record<ElementType, number> = { float32: 1, int32: 6, int64: 7, bool: 9, uint32: 12 }
/** AttributeProto.AttributeType of onnx.proto. */
const attributeType = { float: 1, int: 2, string: 3, ints: 7 }
/** IR version 10 and opset 20 belong together (ONNX 1.16). */
const irVersion = 10
const opsets = [
  { domain: '', version: 20 },
  { domain: 'com.microsoft', version: 1 },
]

interface Named {
  readonly name: string
  readonly value: Value
}

/** Writes a graph as an ONNX `ModelProto`. Field numbers are those of onnx.proto. */
export function encodeModel(graph: Graph): Uint8Array {
  const writer = new PbfWriter()
  writer.writeVarintField(1, irVersion)
  writer.writeStringField(2, 'sluice')
  writer.writeMessage(7, writeGraph, graph)
  for (const opset of opsets) writer.writeMessage(8, writeOpset, opset)
  return writer.finish()
}

function writeGraph(graph: Graph, writer: PbfWriter) {
  const inputs = [...graph.inputs].map(([name, value]) => ({ name: inputName(name), value }))
  const outputs = [...graph.outputs].map(([name, value]) => ({ name: outputName(name), value }))
  const names = new Map([...inputs, ...outputs].map(({ name, value }) => [value, name]))
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

function writeValueInfo({ name, value }: Named, writer: PbfWriter) {
  writer.writeStringField(1, name)
  writer.writeMessage(2, writeType, value)
}
const writeType = (value: Value, writer: PbfWriter) => writer.writeMessage(1, writeTensorType, value)
function writeTensorType(value: Value, writer: PbfWriter) {
  writer.writeVarintField(1, dataType[value.type])
  writer.writeMessage(2, writeShape, value.shape)
}
function writeShape(shape: readonly number[], writer: PbfWriter) {
  for (const length of shape) writer.writeMessage(1, writeDimension, length)
}
const writeDimension = (length: number, writer: PbfWriter) => writer.writeVarintField(1, length)

function writeOpset({ domain, version }: (typeof opsets)[number], writer: PbfWriter) {
  writer.writeStringField(1, domain)
  writer.writeVarintField(2, version)
}
