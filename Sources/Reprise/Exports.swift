// What `import Reprise` brings.
@_exported public import RepriseBackends
@_exported public import RepriseCore
@_exported public import RepriseIO
@_exported public import RepriseModel
@_exported public import ReprisePlot
@_exported public import RepriseTraining
