@_exported public import RepriseModel
