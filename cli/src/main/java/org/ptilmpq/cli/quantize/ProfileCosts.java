package org.ptilmpq.cli.quantize;

import org.ptilmpq.kernels.KernelCosts;
import org.ptilmpq.profiles.DeviceProfile;

/** The kernels' costs on a device, as far as its profile knows them. */
final class ProfileCosts {

  private static final int NARROWEST = 128;
  private static final int WIDEST = 512;

  private ProfileCosts() {}

  /** The standard costs of vectors of the device's width; of the narrowest ones where it isn't known. */
  static KernelCosts of(DeviceProfile profile) {
    int bits = Math.clamp(Integer.highestOneBit(profile.simdBits()), NARROWEST, WIDEST);
    return KernelCosts.standard(bits);
  }
}
