import Pipeline

let pipeline = try SegmentationPipeline()  // the model that comes along, loaded once for many scans
let scan = try pipeline.segment("scan.nii.gz", to: SegmentationFiles(mask: "mask.nii.gz"))
let volume = scan.mask.voxels.reduce(0) { $0 + Double($1) } * scan.mask.grid.voxelVolume
print("the cord has \(volume) mm³ in the field of view")
