#version 330 core
uniform sampler2D density;  // per unit area
uniform sampler2D ramp;     // 256 x 1, colour of no density to colour of the peak
uniform float peak;
in vec2 place;
out vec4 color;

void main() {
    // The square root keeps the flanks of a peaked density visible, as densityShade() does in software.
    float shade = sqrt(clamp(texture(density, place).r / peak, 0.0, 1.0));
    color = vec4(texture(ramp, vec2((shade * 255.0 + 0.5) / 256.0, 0.5)).rgb, 1.0);
}
