package org.ptilmpq.cli.quantize;

import org.ptilmpq.kernels.KernelCosts;
import org.ptilmpq.profiles.DeviceProfile;

/** The kernels' costs on a device, as far as its profile knows them. */
final class ProfileCosts {

  private ProfileCosts() {}

  /**
   * Those it has; otherwise the standard ones of vectors of the device's width, or of the narrowest where that isn't known.
   *
   * @throws IllegalArgumentException when the profile's costs are incomplete
   */
  static KernelCosts of(DeviceProfile profile) {
    return profile.kernelCosts().isEmpty()
        ? KernelCosts.standard(profile.simdBits())
        : KernelCosts.of(profile.kernelCosts());
  }
}
