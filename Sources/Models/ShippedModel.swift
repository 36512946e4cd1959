/// The model that comes with the product.
public enum ShippedModel {
  /// Path of its file, in ``ProgramResource/folder``.
  public static var path: String { ProgramResource.path("Resources/softcord.safetensors", of: "Models") }
}
