// TensorFlow.js with its gradients. The package itself must load first: the gradients' bundle holds a second copy of its
// classes, and whichever copy loads first owns the global registries.
import '@tensorflow/tfjs-core'
import './generated/gradients.js'

export * from '@tensorflow/tfjs-core'
