extension Parameters {
  /// Placeholder until the checks are merged.
  public func validate() throws {}
}
