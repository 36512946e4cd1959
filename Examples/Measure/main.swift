import Morphometry
import NIfTI

let mask = try NIfTI.read("mask.nii.gz").volume
for slice in try Morphometry.measure(mask: mask) {
  guard let section = slice.section else { continue }
  print("slice \(slice.slice): \(section.area) mm², \(section.apDiameter) by \(section.rlDiameter) mm")
}
