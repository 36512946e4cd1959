extension Flags {
  /// What each flag's name means, for the data dictionary.
  public static let meanings: [String: String] = [
    "end_of_image": "The image ends with this slice while the cord goes on",
    "cut_at_side": "A side of the image cuts the cord, a part of it is missing",
    "end_of_cord": "The mask ends or has a gap here: the slice may be filled in part",
    "low_confidence": "The mask is unsure here, inside the cord as well",
    "jump": "The area jumps against the neighbouring slices",
    "other_object": "The slice holds something else than the cord, which was left out",
    "fork": "The cord itself comes in several pieces in this slice",
    "steep": "The cord is steeper to the slice than can be measured well",
    "no_direction": "Too few slices for a direction: the cord is taken to be perpendicular to the slice",
    "incomplete": "A part of what was asked for holds no cord",
    "level_incomplete": "The level does not lie between two known borders within the cord; where nothing is measured, a border is missing",
    "gap": "The cord has a gap beside this slice, or within the row: nothing is interpolated across it",
    "haze": "Around the cord the mask is not 0 but has a faint value, which was not counted",
    "axes":
      "The cord runs along an axis that the header calls right-left or anterior-posterior: areas are right, names of sides may be wrong",
    "uncertain_levels": "The numbers of the levels are less sure than 95 %: numbering_probability says how sure",
  ]
}
