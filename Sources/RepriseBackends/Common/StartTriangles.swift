// The start of P, group by group, for backends that store it.
internal import RepriseModel

/// P_0 of groups in turn (E14). It depends on the signs of the start weights alone, which most groups share.
struct StartTriangles {
  /// The lower triangle by rows of the group moved to.
  private(set) var triangle: [Double] = []
  private let network: Network
  private let groups: PresynapticGroups
  private var signs: [StartCorrelation.Sign]?

  init(_ network: Network, _ groups: PresynapticGroups) { (self.network, self.groups) = (network, groups) }

  /// - Returns: True if the group's P_0 is another than before.
  mutating func move(to group: Int) -> Bool {
    let row = groups.firstRow(of: group)
    let signs = network.startSigns(row: row)
    guard self.signs != signs else { return false }
    self.signs = signs
    let start = StartCorrelation(
      network.parameters.learning, feedforwardCount: network.feedforwardCount, signs: signs)
    triangle = signs.indices.flatMap { i in (0...i).map { start[i, $0] } }
    return true
  }
}
